/** What the tests use of node and of vite; their whole types are not installed. */
declare module "node:fs" {
  export const mkdirSync: (path: string | URL, options: { readonly recursive: true }) => void;
  export const readFileSync: (path: string | URL, encoding: "utf8") => string;
  export const writeFileSync: (path: string | URL, text: string) => void;
}
interface ImportMeta {
  readonly url: string;
  readonly glob: <T>(pattern: string, options: { readonly eager: true }) => Readonly<Record<string, T>>;
}

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };
