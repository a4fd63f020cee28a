// What Moodle's format says by a parser that is not ours: GIFT on standard input, its questions as JSON on the other.
import { readFileSync } from "node:fs";
import gift from "gift-pegjs";

process.stdout.write(JSON.stringify(gift.parse(readFileSync(0, "utf8"))));
