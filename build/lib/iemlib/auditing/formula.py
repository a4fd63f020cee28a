"""A formula in the energies, read without running it as code: a closed list of names, bounded in length and depth."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from iemlib._arrays import Array
from iemlib._extras import lacking

LENGTH = 300
"""How many characters a formula may have."""

DEPTH = 40
"""How many brackets may stand in one another."""

MOST = 6
"""How many hypotheses a formula may name; it may be audited with more."""

EACH = ("exp", "log", "softplus", "sigmoid", "relu", "tanh", "abs", "sqrt")
"""What acts on a vector element by element, and on one number."""

FOLD = ("sum", "mean", "logsumexp", "entropy")
"""What makes one number of a vector."""

PICK = ("max", "min")
"""What picks from one vector, or element by element from several arguments."""

WHOLE = ("softmin",)
"""What makes a vector of a whole vector."""

NAMES = ("d", "K", "y", *EACH, *FOLD, *PICK, *WHOLE)

_TOKEN = re.compile(r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|\S))",
                    re.ASCII)  # fmt: skip
_SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "^": "**"}
_ALLOWED = frozenset((*"+-*/()[],", "**"))
_HINTS = {
    "softmax": "softmax(-d) is softmin(d)", "ln": "write log", "pow": "write x^p", "norm": "write sqrt(sum(d^2))",
    "lse": "write logsumexp", "T": "write the number itself", "tau": "write the number itself", "k": "write K",
    "D": "write d", "x": "energies are called d", "i": "an index is a whole number, as in d[0]",
}  # fmt: skip


class FormulaError(ValueError):
    """What is wrong with a formula, and where.

    ``at`` counts the characters before the fault, ``length`` those that it spans.
    """

    def __init__(self, what: str, at: int = 0, length: int = 1) -> None:
        super().__init__(what)
        self.at, self.length = at, length


@dataclass(frozen=True)
class Formula:
    r"""A formula in the energies d of K hypotheses: one value for each row.

    Numbers, ``d`` (the vector of energies), ``d[0]``, ``d[K-1]``, ``d[y]`` (the label's, which is the first), ``K``;
    ``+ - * / ^`` (a power, also written ``**``) and brackets; ``exp log softplus sigmoid relu tanh abs sqrt`` element
    by element; ``sum mean logsumexp entropy`` of a vector; ``max min`` of a vector, or element by element of several;
    ``softmin``, a vector.

    Parameters
    ----------
    text : str
        At most 300 characters, with at most 40 brackets in one another.

    Raises
    ------
    FormulaError
        If `text` is no such formula: what was found, where, and what to write.

    Examples
    --------
    >>> from iemlib.auditing.formula import Formula
    >>> import torch
    >>> Formula("log(sum(exp(-d)))")(torch.zeros(1, 2, dtype=torch.float64))
    tensor([0.6931], dtype=torch.float64)
    >>> Formula("log(d)")
    Traceback (most recent call last):
    iemlib.auditing.formula.FormulaError: this gives one value for each hypothesis; wrap it in sum(…) or mean(…)
    """

    text: str

    def __post_init__(self) -> None:
        tree, needs = _Reader(self.text).read()
        object.__setattr__(self, "_tree", tree)
        object.__setattr__(self, "needs", needs)

    needs: int = 0
    """The fewest hypotheses with which the formula has all that it names; at least two."""

    def __call__(self, energies: Array) -> Array:
        """Give the value of each row of energies: tensors, shape (..., K) to (...)."""
        hypotheses = energies.shape[-1]
        if hypotheses < self.needs:
            raise FormulaError(f"this names hypothesis {self.needs} and there are {hypotheses}", 0, len(self.text))
        return _Values(energies).of(self._tree)[..., 0].expand(energies.shape[:-1])  # type: ignore[attr-defined]


Node = tuple[Any, ...]  # what it is, whether it is a vector, its parts


class _Reader:
    """Text to a tree: Python's own parser for the grammar, and nothing of Python beyond it."""

    def __init__(self, text: str) -> None:
        if not isinstance(text, str) or not text.strip():
            raise FormulaError("type a formula in the energies d, such as log(sum(exp(-d)))", 0, 0)
        if len(text) > LENGTH:
            raise FormulaError(f"at most {LENGTH} characters; this has {len(text)}", LENGTH, len(text) - LENGTH)
        self.text = text
        self.needs, self.has_energies = 2, False
        self.places: list[tuple[int, int, int]] = []  # where a token stands in what is parsed, and in the text
        self.clean = self._tokens()

    def _tokens(self) -> str:
        """The text again, token by token: what Python would read otherwise (1_000, 0x1f, //) is no token here."""
        clean, depth, last, at = "", 0, "", 0
        while match := _TOKEN.match(self.text, at):
            token, start, at = match[match.lastgroup or 0], match.start(match.lastgroup or 0), match.end()
            if match.lastgroup == "number" and float(token) == float("inf"):
                raise FormulaError(f"the number {token} is too large", start, len(token))
            if match.lastgroup == "sign":
                token = _SIGNS.get(token, token)
                if token not in _ALLOWED:
                    raise FormulaError(f"“{token}” has no meaning here", start)
                depth += (token in "([") - (token in ")]")
                if depth > DEPTH:
                    raise FormulaError(f"nested more than {DEPTH} deep", start)
                if token in ")]" and last == ",":
                    raise FormulaError(f"“{token}” cannot stand after a comma", start)
            elif match.lastgroup == "number":
                token = str(int(token)) if token.isdigit() else repr(float(token))
            self.places.append((len(clean), start, at - start))
            clean, last = f"{clean}{token} ", token
        return clean

    def _place(self, column: int) -> tuple[int, int]:
        """Where a token stands in the text, and how long it is."""
        found = [(start, length) for clean, start, length in self.places if clean <= column]
        return found[-1] if found else (0, 1)

    def fail(self, what: str, node: ast.AST) -> NoReturn:
        raise FormulaError(what, *self._place(getattr(node, "col_offset", 0)))

    def read(self) -> tuple[Node, int]:
        """The tree, and the fewest hypotheses with which it can be evaluated."""
        try:
            parsed = ast.parse(self.clean, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            at, length = self._place((getattr(error, "offset", None) or 1) - 1)
            raise FormulaError(self._syntax(at), at, length) from None
        tree = self._node(parsed)
        if tree[1]:
            raise FormulaError(
                "this gives one value for each hypothesis; wrap it in sum(…) or mean(…)", 0, len(self.text)
            )
        if not self.has_energies:
            raise FormulaError("the energies d do not occur", 0, len(self.text))
        return tree, self.needs

    def _syntax(self, at: int) -> str:
        opened = [sign for sign in self.clean if sign in "([)]"]
        if sum(sign in "([" for sign in opened) > sum(sign in ")]" for sign in opened):
            return "a bracket is opened and not closed"
        if at + 1 >= len(self.text.rstrip()):
            return "the formula ends too early"
        return f"cannot read on from “{self.text[at : at + 12]}”; a product is written with *"

    def _node(self, node: ast.AST) -> Node:
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
            return ("number", False, float(node.value))
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inside = self._node(node.operand)
            return inside if isinstance(node.op, ast.UAdd) else ("minus", inside[1], inside)
        if isinstance(node, ast.BinOp):
            signs: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "^"}
            if sign := signs.get(type(node.op)):
                left, right = self._node(node.left), self._node(node.right)
                return (sign, left[1] or right[1], left, right)
        if isinstance(node, ast.Subscript):
            return self._part(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        self.fail("this cannot stand in a formula", node)

    def _name(self, node: ast.Name) -> Node:
        if node.id == "d":
            self.has_energies = True
            return ("d", True)
        if node.id == "K":
            return ("K", False)
        if node.id == "y":
            self.fail("y is an index (the label): write d[y]", node)
        self.fail(f"{node.id} needs its argument in brackets: {node.id}(…)" if node.id in NAMES else _unknown(node.id),
                  node)  # fmt: skip

    def _part(self, node: ast.Subscript) -> Node:
        inside = self._node(node.value)
        if not inside[1]:
            self.fail("only a vector has parts: d[0], softmin(d)[0]", node.slice)
        at = node.slice
        if isinstance(at, ast.Name) and at.id == "y":
            return ("part", False, inside, 0)
        if isinstance(at, ast.Constant) and type(at.value) is int:
            if at.value >= MOST:
                self.fail(f"index {at.value}: a formula names at most {MOST} hypotheses, counted from 0", at)
            self.needs = max(self.needs, at.value + 1)
            return ("part", False, inside, at.value)
        match at:
            case ast.BinOp(left=ast.Name(id="K"), op=ast.Sub(), right=ast.Constant(value=int(back))):
                if not 1 <= back <= MOST:
                    self.fail(f"K-1 is the last index, and K-{MOST} the first that can be named", at)
                self.needs = max(self.needs, back)
                return ("part", False, inside, -back)
        self.fail("an index is a whole number, y, or K-1", at)

    def _call(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name):
            self.fail("only a function by its name can be called", node)
        name = node.func.id
        if name == "d":
            self.fail("d is the vector of energies; one of them is d[0]", node)
        if name in ("K", "y") or name not in NAMES:
            self.fail(f"{name} is no function" if name in NAMES else _unknown(name), node)
        if not node.args:
            self.fail(f"{name}() has no argument", node)
        given = [self._node(argument) for argument in node.args]
        if len(given) > 1 and name not in PICK:
            self.fail(f"{name} takes one argument", node)
        first = given[0]
        if not first[1] and name not in EACH and len(given) == 1:
            self.fail(f"{name} needs a vector such as d; this is one number", node)
        vector = name in WHOLE or (name in EACH and first[1]) or (len(given) > 1 and any(part[1] for part in given))
        return (name, vector, *given)


def _unknown(name: str) -> str:
    hint = _HINTS.get(name)
    if hint is None:
        near = difflib.get_close_matches(name.lower()[:14], NAMES[3:], 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(NAMES)}"
    return f"“{name[:24]}” is not a name here: {hint}"


class _Values:
    """The values of a tree at energies (..., K), with a last axis of K or of one; equal parts are computed once."""

    def __init__(self, energies: Array) -> None:
        try:
            import torch
        except ModuleNotFoundError as error:
            raise lacking("the audit of a formula", "torch", error) from None
        self.torch, self.energies, self.known = torch, energies, {}  # type: ignore[var-annotated]

    def of(self, node: Node) -> Array:
        if node not in self.known:
            self.known[node] = self._of(node)
        return self.known[node]

    def _of(self, node: Node) -> Array:
        torch, d = self.torch, self.energies
        match node:
            case ("number", _, value):
                return d.new_full((1,), value)
            case ("K", _):
                return d.new_full((1,), d.shape[-1])
            case ("d", _):
                return d
            case ("minus", _, inside):
                return -self.of(inside)
            case ("+", _, left, right):
                return self.of(left) + self.of(right)
            case ("-", _, left, right):
                return self.of(left) - self.of(right)
            case ("*", _, left, right):
                return self.of(left) * self.of(right)
            case ("/", _, left, right):
                return self.of(left) / self.of(right)
            case ("^", _, left, ("number", _, power)):
                return self.of(left) ** power
            case ("^", _, left, ("minus", _, ("number", _, power))):
                return self.of(left) ** -power
            case ("^", _, left, right):
                return torch.exp(self.of(right) * torch.log(self.of(left)))
            case ("log", _, ("sum", _, ("exp", _, inside))):  # the same, and finite where its parts are not
                return torch.logsumexp(self._whole(inside), -1, keepdim=True)
            case ("log", _, ("softmin", _, inside)):
                return torch.log_softmax(-self._whole(inside), -1)
            case ("log", _, ("part", _, ("softmin", _, inside), index)):
                return torch.log_softmax(-self._whole(inside), -1)[..., [index]]
            case ("part", _, inside, index):
                return self._whole(inside)[..., [index]]
            case (("max" | "min") as name, _, inside):
                return (torch.amax if name == "max" else torch.amin)(self._whole(inside), -1, keepdim=True)
            case (("max" | "min") as name, _, *given):
                pick = torch.maximum if name == "max" else torch.minimum
                found = self.of(given[0])
                for other in given[1:]:
                    found = pick(*torch.broadcast_tensors(found, self.of(other)))
                return found
            case (("sum" | "mean" | "logsumexp" | "entropy" | "softmin") as name, _, inside):
                return self._fold(name, self._whole(inside))
        return self._each(node[0])(self.of(node[2]))

    def _whole(self, node: Node) -> Array:
        return self.of(node).expand(*self.energies.shape)

    def _fold(self, name: str, x: Array) -> Array:
        torch = self.torch
        match name:
            case "sum":
                return x.sum(-1, keepdim=True)
            case "mean":
                return x.mean(-1, keepdim=True)
            case "logsumexp":
                return torch.logsumexp(x, -1, keepdim=True)
            case "entropy":
                safe = torch.where(x == 0, torch.ones_like(x), x)
                return -(x * torch.log(safe)).sum(-1, keepdim=True)
        return torch.softmax(-x, -1)

    def _each(self, name: str) -> Callable[[Array], Array]:
        torch = self.torch
        given: dict[str, Callable[[Array], Array]] = {
            "exp": torch.exp, "log": torch.log, "sigmoid": torch.sigmoid, "relu": torch.relu, "tanh": torch.tanh,
            "abs": torch.abs, "sqrt": torch.sqrt, "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
        }  # fmt: skip
        return given[name]
