"""An independent oracle: values from their definitions, derivatives by differences.

Nothing here is taken from the library and no derivative is written down: credit is a central difference of
the objective's value and coupling a second difference, in mpmath with far more than the 50 digits kept.
"""

from itertools import pairwise

from mpmath import mp, mpf

DIGITS = 115  # a difference of step 1e-30 keeps 50 digits of credit (error 1e-60) and of coupling (1e-55)
STEP_DIGITS = 30
TOLERANCE = mpf("1e-6")
EXPONENTIAL = {"kind": "exponential"}
SHIFTS = (1, -1, 7, -7)
METERS = ("sum", "positivity", "match", "ratio", "shift", "coupling")


def log(x):
    """Real logarithm; nan where there is none."""
    return mp.log(x) if x > 0 else mp.nan


def first_largest(x):
    return max(range(len(x)), key=lambda h: (x[h], -h))


def simplex_maximum(logits, alpha):
    """Where <s, logits> + entropy(s) is largest on the simplex, and its value there."""
    if any(mp.isnan(x) for x in logits):
        return [mp.nan] * len(logits), mp.nan
    if alpha == 1:
        weights = [mp.exp(x - max(logits)) for x in logits]
        scores = [w / mp.fsum(weights) for w in weights]
        return scores, mp.fsum(s * (x - mp.log(s)) for s, x in zip(scores, logits, strict=True))
    top, count, alpha_1 = max(logits), len(logits), mpf(alpha) - 1

    # Stationarity in s with multiplier for the sum: s = (1 + (alpha - 1)(logit - level))_+ ^ (1/(alpha - 1)).
    def shares(level, gaps, alpha_1):
        return [base ** (1 / alpha_1) if (base := 1 + alpha_1 * (gap - level)) > 0 else base * 0 for gap in gaps]

    gaps = [x - top for x in logits]
    low, high = 0.0, float((1 - mpf(count) ** -alpha_1) / alpha_1)  # largest share 1, largest share 1/K
    rough = [float(gap) for gap in gaps]
    for _ in range(60):  # bisection in doubles …
        middle = (low + high) / 2
        low, high = (middle, high) if sum(shares(middle, rough, float(alpha_1))) > 1 else (low, middle)
    level = mpf((low + high) / 2)
    for _ in range(mp.dps):  # … then Newton's steps, which double the digits
        scores = shares(level, gaps, alpha_1)
        excess = mp.fsum(scores) - 1
        if abs(excess) < mpf(10) ** (5 - mp.dps):
            break
        level += excess / mp.fsum(s ** (1 - alpha_1) for s in scores if s > 0)
    else:
        raise ArithmeticError(f"no simplex maximum for alpha {alpha} at {logits}")
    if alpha == 0:
        entropy = mp.fsum(mp.log(s) for s in scores)
    else:
        entropy = mp.fsum(s - s ** mpf(alpha) for s in scores) / (alpha * alpha_1)
    return scores, mp.fsum(s * x for s, x in zip(scores, logits, strict=True) if s > 0) + entropy


def likelihood(energy, spec):
    match spec["kind"]:
        case "exponential":
            return mp.exp(-energy)
        case "linear":
            return mpf(spec["offset"]) - energy
        case "power":
            return (1 + energy) ** -mpf(spec["p"]) if energy > -1 else mp.nan
        case "softplus":
            return mp.log1p(mp.exp(-energy))
        case "logistic":
            return 1 / (1 + mp.exp(energy))
    raise ValueError(spec)


def alpha_of(spec):
    """The index of the entropy, where a part has one."""
    return 2 if spec["kind"] == "sparsemax" else spec.get("alpha", 1)


def normalize(phi, spec):
    """Scores and the potential that the normalization brings."""
    match spec["kind"]:
        case "exact":
            total = mp.fsum(phi)
            return [x / total for x in phi], log(total)
        case "none":
            return phi, mp.fsum(phi)
        case "independent":
            return [x / (1 + x) for x in phi], mp.fsum(log(1 + x) for x in phi)
        case "off_by_one":
            return [x / (1 + mp.fsum(phi)) for x in phi], log(1 + mp.fsum(phi))
        case "hard":
            winner = first_largest(phi)
            return [mpf(h == winner) for h in range(len(phi))], log(phi[winner])
        case "top_k":
            kept = sorted(range(len(phi)), key=lambda h: (-phi[h], h))[: spec["k"]]
            total = mp.fsum(phi[h] for h in kept)
            return [phi[h] / total if h in kept else mpf(0) for h in range(len(phi))], log(total)
        case "selected":
            kept = sorted(range(len(phi)), key=lambda h: (-phi[h], h))[: spec["k"]]
            total = mp.fsum(phi)
            return [phi[h] / total if h in kept else mpf(0) for h in range(len(phi))], log(total)
        case "entmax" | "sparsemax":
            return simplex_maximum([log(x) for x in phi], alpha_of(spec))
        case "reject":
            total = mp.fsum(phi)
            if log(total) <= spec["threshold"]:
                return [mpf(0)] * len(phi), mpf(spec["threshold"])
            return [x / total for x in phi], log(total)
    raise ValueError(spec)


def transform(u, removed):
    """Energies that compete: those kept, each in its own unit and from its own zero."""
    if "hypotheses" in removed:
        u = u[:1]
    change = removed.get("energies")
    if change is None or change["index"] >= len(u):
        return u
    h = change["index"]
    moved = u[h] * mpf(change.get("factor", 1)) + mpf(change.get("amount", 0))
    return [*u[:h], moved, *u[h + 1 :]]


def competing(d, temperature, removed):
    """Energies that compete, over the temperature, and their likelihoods."""
    energies = transform([x / temperature for x in d], removed)
    return energies, [likelihood(e, removed.get("exponentiation", EXPONENTIAL)) for e in energies]


def evaluate(d, temperature, removed):
    """Scores and value L of the pipe with the removed parts replaced."""
    energies, phi = competing(d, temperature, removed)
    scores, potential = normalize(phi, removed.get("normalization", {"kind": "exact"}))
    replacement = removed.get("objective", {"kind": "log_sum_exp"})
    match replacement["kind"]:
        case "log_sum_exp":
            return scores, temperature * potential
        case "expected_energy":
            return scores, -temperature * mp.fsum(s * e for s, e in zip(scores, energies, strict=True))
        case "mean":
            return scores, -temperature * mp.fsum(energies) / len(energies)
        case "maximum":
            return scores, -temperature * min(energies)
        case "total":
            return scores, temperature * mp.fsum(phi)
        case "log_sigmoid":
            return scores, -temperature * mp.fsum(mp.log1p(mp.exp(e)) for e in energies)
        case "fenchel_young":
            return scores, temperature * simplex_maximum([-e for e in energies], replacement["alpha"])[1]
        case "cross_entropy":
            label, smoothing = replacement["label"], mpf(replacement["smoothing"])
            asked = (1 - smoothing) * energies[label] + smoothing * mp.fsum(energies) / len(energies)
            return scores, -temperature * (asked + potential)
        case "unscaled":
            return scores, log(mp.fsum(mp.exp(-e) for e in energies))
    raise ValueError(replacement)


def clean(x):
    """Zero where only the rounding of a difference is left."""
    return mpf(0) if abs(x) < mpf(10) ** (3 * STEP_DIGITS - 20 - mp.dps) else x


class Differences:
    """The value's first and second central differences at one state."""

    def __init__(self, d, temperature, removed):
        self.d, self.temperature, self.removed = d, temperature, removed
        self.step = mpf(10) ** -STEP_DIGITS
        self.scores, self.value = evaluate(d, temperature, removed)
        self.count = len(self.scores)

    def at(self, *moves):
        d = list(self.d)
        for h, sign in moves:
            d[h] += sign * self.step
        return evaluate(d, self.temperature, self.removed)[1]

    def credit(self):
        return [clean((self.at((h, -1)) - self.at((h, 1))) / (2 * self.step)) for h in range(self.count)]

    def coupling(self):
        rows = [[mpf(0)] * self.count for _ in range(self.count)]
        for h in range(self.count):
            curvature = (self.at((h, 1)) - 2 * self.value + self.at((h, -1))) / self.step**2
            rows[h][h] = clean(-curvature)
            for k in range(h):
                mixed = sum(a * b * self.at((h, a), (k, b)) for a in (1, -1) for b in (1, -1))
                rows[h][k] = rows[k][h] = clean(-mixed / (4 * self.step**2))
        return rows


def largest(values):
    """Largest entry; nan as soon as one is."""
    values = list(values)
    return mp.nan if any(mp.isnan(x) for x in values) else max(values)


def log_ratio(a, b):
    if a == 0 or b == 0:
        return mp.inf
    return log(a / b)


def measure(state, scores, credit, coupling):
    d, temperature, count = state.d, state.temperature, len(scores)
    pairs = [(h, k) for h in range(count) for k in range(count) if h != k]
    sums = mp.fsum(scores), mp.fsum(credit)
    changes = []
    for shift in SHIFTS:
        moved = Differences([x + shift for x in d], temperature, state.removed)
        changes += [abs(a - b) for a, b in zip(moved.scores + moved.credit(), scores + credit, strict=True)]
    # A likelihood below zero has no logarithm, though normalization may have turned its sign.
    phi = competing(d, temperature, state.removed)[1]
    undefined = any(x < 0 and s != 0 for x, s in zip(phi, scores, strict=True))
    gaps = [
        mp.nan if undefined else abs(log_ratio(scores[h], scores[k]) - (d[k] - d[h]) / temperature) for h, k in pairs
    ]
    couples = sum(c != 0 for c in credit) > 1
    excess = [abs(coupling[h][k] - credit[h] * credit[k] / temperature) for h, k in pairs]
    meters = {
        "sum": largest(abs(x - 1) for x in sums),
        "positivity": -largest(-x for x in scores + credit),
        "match": largest(abs(a - b) for a, b in zip(scores, credit, strict=True)),
        "ratio": largest(gaps) if pairs else mp.nan,
        "shift": largest(changes),
        "coupling": largest(excess) if couples else mp.nan,
    }
    holds = {name: bool(x > 0 if name == "positivity" else x <= TOLERANCE) for name, x in meters.items()}
    holds |= {name: None for name, exists in (("ratio", pairs), ("coupling", couples)) if not exists}
    for name, x in meters.items():  # a state must show its verdict clearly, not by chance
        assert name == "positivity" or not mpf("1e-30") < x < mpf("1e-4"), (name, x, d, state.removed)
    return meters | {"sum_scores": sums[0], "sum_credit": sums[1]}, holds


def number(x):
    """Nearest double, zero without a sign; what JSON cannot say as a word."""
    if mp.isnan(x):
        return "nan"
    return float(x) + 0.0 if mp.isfinite(x) else ("inf" if x > 0 else "-inf")


def numbers(x):
    return [numbers(entry) for entry in x] if isinstance(x, list) else number(x)


def mechanism_case(name, energies, removed, temperature=1.0, digits=DIGITS):
    with mp.workdps(digits):
        state = Differences([mpf(x) for x in energies], mpf(temperature), removed)
        scores, credit, coupling = state.scores, state.credit(), state.coupling()
        meters, holds = measure(state, scores, credit, coupling)
        return {
            "name": name,
            "energies": list(energies),
            "temperature": temperature,
            "removed": removed,
            "scores": numbers(scores),
            "credit": numbers(credit),
            "value": number(state.value),
            "coupling": numbers(coupling),
            "meters": {key: number(x) for key, x in meters.items()},
            "holds": holds,
        }


def away_from_kinks(energies, temperature, removed):
    """Whether the value is smooth near a state and every likelihood there is positive."""
    margin = mpf("0.01")
    u, phi = competing([mpf(x) for x in energies], mpf(temperature), removed)
    if not all(x > margin for x in phi):
        return False
    kinds = {part: spec["kind"] for part, spec in removed.items()}
    ranked = sorted(u)
    ranks_matter = kinds.get("normalization") in ("hard", "top_k", "selected") or kinds.get("objective") == "maximum"
    if ranks_matter and any(b - a < margin for a, b in pairwise(ranked)):
        return False
    if kinds.get("normalization") == "reject":
        threshold = removed["normalization"]["threshold"]
        if abs(log(mp.fsum(phi)) - threshold) < margin:
            return False
    for part, logits in (("normalization", [log(x) for x in phi]), ("objective", [-e for e in u])):
        alpha = alpha_of(removed.get(part, EXPONENTIAL))
        if alpha > 1:  # an energy moved by the margin must not enter or leave the support
            supports = {
                tuple(s > 0 for s in simplex_maximum([x + move * (h == k) for k, x in enumerate(logits)], alpha)[0])
                for h in range(len(logits))
                for move in (-margin, margin)
            }
            if len(supports) > 1:
                return False
    return True
