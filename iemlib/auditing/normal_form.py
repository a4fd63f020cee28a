r"""The normal form of an objective, read off its curvature.

.. math:: J(d) = w\,\tau\log\sum_h a_h e^{-d_h/\tau} - \langle q, d\rangle + \text{const}

Four freedoms: weight w, temperature τ, prior a, clamp q; and a silent hypothesis, whose energy never moves, in the sum.
Then credit is c = w r + q, and coupling C = (w/τ)(r rᵀ − diag r). The book, Objective, proves that nothing else has
such a coupling; here it is read backwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from iemlib._kinds import Floats
from iemlib.auditing.derivatives import Looks
from iemlib.normalization.responsibilities import responsibilities

SCALES = (1.0, 0.1, 10.0, 0.01, 0.001, 100.0)
"""How wide the inputs lie that identify, in nats: the first at which all is told apart."""

FITS = 1e-7
"""How far credit may be from that of the form, of the largest credit, at any input."""

LEVELS = (2.0, 5.0, 10.0, 20.0, 40.0)
"""What is added to all energies, to hear a faint silent hypothesis."""

NEAR_ALONE = "a normal form fits near zero and not far from it"

_POINTS = 7


@dataclass(frozen=True)
class NormalForm:
    r"""J(d) = w τ log(a₀ + Σ_h a_h exp(−d_h/τ)) − ⟨q, d⟩ + const.

    ``weight`` w, ``temperature`` τ in nats, ``prior`` a (adds up to one), ``clamp`` q; ``silent`` is None, or the
    energy of one more hypothesis that never moves, beside hypotheses of even priors one each: −τ log(a₀ / mean a).
    ``residual`` is how far the credit is from w r + q at the inputs that were tried, of the largest credit.
    """

    weight: float
    temperature: float
    prior: tuple[float, ...]
    clamp: tuple[float, ...]
    silent: float | None
    residual: float

    def responsibilities(self, energies: Floats) -> Floats:
        """Softmin of the energies by the form's temperature and prior, beside silence if there is one."""
        whole: Floats = responsibilities(-self._logs(np.asarray(energies, dtype=float)))
        return whole if self.silent is None else whole[..., :-1]

    def _logs(self, energies: Floats) -> Floats:
        prior = np.asarray(self.prior)
        logs: Floats = np.log(prior / prior.mean()) - energies / self.temperature
        if self.silent is None:
            return logs
        silence = np.full((*logs.shape[:-1], 1), -self.silent / self.temperature)
        return np.concatenate([logs, silence], -1)

    @property
    def even(self) -> bool:
        """Whether the prior prefers nobody."""
        return bool(np.ptp(self.prior) <= 1e-6 * max(self.prior))

    @property
    def clamped(self) -> bool:
        """Whether credit has a part that no energy moves."""
        return any(self.clamp)


@dataclass(frozen=True)
class Bare:
    """w a_h exp(−d_h/τ) of each, and no sum over them: no hypothesis feels another."""

    weight: float
    temperature: float
    prior: tuple[float, ...]
    """a, of which the first is one."""


@dataclass(frozen=True)
class Identified:
    """What curvature told: the form, or what there is instead, and why."""

    form: NormalForm | None
    kind: str
    """``form``; ``linear`` (credit never moves); ``apart`` (no hypothesis feels another); ``sum`` (the logarithm
    of a sum, but not of exponentials); ``none``."""
    why: str = ""
    apart: tuple[NormalForm, ...] = ()
    """Where no hypothesis feels another and each is an EM of two: its weight, temperature, prior and clamp."""
    bare: Bare | None = None
    rates: tuple[float, float] = (np.nan, np.nan)
    """Where it is the logarithm of a sum: the least and the largest rate −φ′/φ that were seen."""

    @property
    def temperature(self) -> float | None:
        """The τ that was read off, if there is one for all."""
        told = [form.temperature for form in (self.form or self.bare, *self.apart) if form is not None]
        return told[0] if told and max(told) - min(told) <= 1e-6 * abs(told[0]) else None

    @property
    def pushes_up(self) -> bool:
        """Whether credit is a positive weight times shares, which are positive, and nothing else."""
        forms = [form for form in (self.form, *self.apart) if form is not None]
        if self.bare is not None:
            return self.bare.weight > 0
        return bool(forms) and all(form.weight > 0 and not form.clamped for form in forms)

    def shares(self, energies: Floats) -> Floats | None:
        """What credit is a weight times of, but for a clamp: responsibilities, each one's own, or bare likelihoods."""
        if self.form is not None:
            return self.form.responsibilities(energies)
        if self.bare is not None:
            bare: Floats = np.asarray(self.bare.prior) * np.exp(-energies / self.bare.temperature)
            return bare
        if self.apart:
            return np.concatenate([f.responsibilities(energies[:, h : h + 1]) for h, f in enumerate(self.apart)], -1)
        return None


@np.errstate(all="ignore")
def identify(look: Callable[[Floats], Looks], tried: Looks) -> Identified:
    """Read the normal form off the curvature at a few inputs, and hold it against the credit at all that were tried."""
    size = tried.energies.shape[-1]
    if size == 1:
        return Identified(None, "linear", "only one hypothesis is left")
    base = np.random.default_rng(99 + size).random((_POINTS, size)) * 3
    found = _identify(look, tried, base, 0.0)
    if found.why != NEAR_ALONE:
        return found
    # a faint silence is heard only where all energies are high
    higher = (_identify(look, tried, base, level) for level in LEVELS)
    return next((heard for heard in higher if heard.form is not None), found)


def _identify(look: Callable[[Floats], Looks], tried: Looks, base: Floats, level: float) -> Identified:
    chosen = _telling(look, base, level)
    if isinstance(chosen, str):
        smooth = tried[tried.smooth]
        if chosen == "flat" and len(smooth.value):
            first = smooth.credit[0]
            if (np.abs(smooth.credit - first) <= 1e-8 * max(1.0, float(np.abs(first).max()))).all():
                return Identified(None, "linear", "credit is the same at every input: there is nothing to infer")
            return Identified(None, "none", "credit jumps, and between the jumps nothing moves")
        return Identified(None, "none", "no value at the inputs that would tell")
    at, apart = chosen
    return _apart(at, tried) if apart else _together(at, tried)


def _telling(look: Callable[[Floats], Looks], base: Floats, level: float) -> tuple[Looks, bool] | str:
    """The first inputs, near to far, at which curvature tells hypotheses apart, and whether they feel one another."""
    size = base.shape[-1]
    off = ~np.eye(size, dtype=bool)
    best: tuple[float, Looks, bool] | None = None
    seen = "nothing"
    for scale in SCALES:
        at = look(base * scale + level)
        if not at.smooth.all():
            continue
        error = float(at.coupling_error.max())
        pairs, own = np.abs(at.coupling[:, off]), np.abs(at.coupling[:, ~off])
        curvature, credit = max(pairs.max(), own.max()), float(at.top.max())
        if curvature * scale <= 1e-12 * credit or curvature <= error:
            seen = "flat"
            continue
        apart = bool(pairs.max() <= 1e-11 * own.max() + 0.1 * error)
        told = own.min() / own.max() if apart else min(pairs.min() / pairs.max(), 1e-3 * pairs.max() / (error + 1e-300))
        grade = min(float(told), float(np.ptp(at.credit[:, 0])) / (credit or 1.0))
        if best is None or grade > best[0]:
            best = (grade, at, apart)
        if grade > 1e-3:
            break
    return seen if best is None else best[1:]


def _together(at: Looks, tried: Looks) -> Identified:
    """Hypotheses that feel one another: C_hk = κ(c_h − q_h)(c_k − q_k), and what κ and q then say."""
    size = at.energies.shape[-1]
    credit, coupling = at.credit, at.coupling
    off = ~np.eye(size, dtype=bool)
    pairs = np.abs(coupling[:, off])
    if pairs.min() <= 1e-10 * pairs.max() + 0.1 * float(at.coupling_error.max()):
        return Identified(None, "none", "some pairs do not feel each other")
    read = _pair(at) if size == 2 else _factors(at)
    if isinstance(read, str):
        return Identified(None, "none", read)
    kappa, clamp = read
    scale = float(np.abs(clamp).max()) + float(at.top.max())
    error = float(at.credit_error.max() + at.coupling_error.max())
    clamp = np.where(np.abs(clamp) < 1e-8 * scale + error, 0.0, clamp)
    above = credit - clamp
    own = np.diagonal(coupling, axis1=1, axis2=2)
    weights = above - own / (kappa * above)
    weight = float(np.median(weights))
    form: NormalForm | str = "the weight of the coupling changes with the input"
    if abs(weight) > 1e-8 * scale and np.ptp(weights) <= 1e-5 * abs(weight) + 1e3 * error:
        form = _form(at, weight, 1 / (kappa * weight), clamp)
    if not isinstance(form, str):
        return _held(form, tried)
    if not _couples(tried, kappa, clamp):
        return Identified(None, "none", form)
    rates = kappa * above - own / above
    return Identified(None, "sum", "the logarithm of a sum, but not of exponentials",
                      rates=(float(rates.min()), float(rates.max())))  # fmt: skip


def _form(at: Looks, weight: float, temperature: float, clamp: Floats) -> NormalForm | str:
    shares = (at.credit - clamp) / weight
    silence = 1 - shares.sum(-1)
    if (shares <= 0).any():
        return "the shares are not all positive"
    if temperature < 0:
        return "the higher an energy, the more credit"
    error = 1e-6 + 10 * float(at.credit_error.max()) / abs(weight)
    if not ((np.abs(silence) < error).all() or (silence > 0).all()):
        return "the shares do not add up"
    logs = np.log(shares) + at.energies / temperature  # log a_h, and one number of each input
    silent = None
    if (silence > error).any():
        logs -= np.log(silence)[:, None]  # less log a₀
        silent = float(temperature * np.log(np.exp(logs.mean(0)).mean()))
        silent = 0.0 if abs(silent) < error * abs(temperature) else silent
    prior = np.exp(logs - logs.max(-1, keepdims=True))
    prior = (prior / prior.sum(-1, keepdims=True)).mean(0)
    if np.ptp(prior) < error / len(prior):
        prior = np.full(len(prior), 1 / len(prior))
    return NormalForm(weight, temperature, tuple(prior.tolist()), tuple(clamp.tolist()), silent, np.nan)


def _held(form: NormalForm, tried: Looks) -> Identified:
    """The form, if it says the credit at all inputs."""
    smooth = tried[tried.smooth]
    told = form.weight * form.responsibilities(smooth.energies) + np.asarray(form.clamp)
    apart = np.maximum(0.0, np.abs(smooth.credit - told).max(-1) - smooth.credit_error)
    scale = np.maximum(smooth.top, min(1.0, abs(form.weight)))
    residual = float((apart / scale).max()) if len(scale) else np.nan
    allowed = FITS + 10 * float(np.median(smooth.credit_error))
    if not residual <= allowed:
        return Identified(None, "none", NEAR_ALONE)
    return Identified(replace(form, residual=residual), "form")


def _pair(at: Looks) -> tuple[float, Floats] | str:
    """Two hypotheses: the coupling is a parabola in each credit, whose roots are q and q + w."""
    parabolas = [parabola for h in (0, 1) if (parabola := _parabola(at, h)) is not None]
    if len(parabolas) < 2:
        return "curvature and credit do not fit one another"
    (kappa, *ends), (other, *other_ends) = parabolas
    if abs(kappa - other) > 1e-6 * abs(kappa) + _loose(at):
        return "curvature and credit do not fit one another"
    top = float(np.abs(at.coupling[:, 0, 1]).max())
    for side in (0, 1) if kappa > 0 else (1, 0):
        clamp = np.array([ends[side], other_ends[side]])
        above = at.credit - clamp
        if (np.abs(at.coupling[:, 0, 1] - kappa * above[:, 0] * above[:, 1]) <= 1e-6 * top + _loose(at)).all():
            return kappa, clamp
    return "curvature and credit do not fit one another"


def _loose(at: Looks) -> float:
    return 1e3 * float(at.coupling_error.max() + at.credit_error.max())


def _parabola(at: Looks, h: int) -> tuple[float, float, float] | None:
    """C_hh = κ(c − lo)(c − hi): κ and the two roots in order; κ is 0 for a line, whose root is the first."""
    c, own = at.credit[:, h], at.coupling[:, h, h]
    width, top = float(np.ptp(c)), float(np.abs(own).max())
    if not width > 1e-9 * (1e-9 + float(np.abs(c).max())):
        return None
    middle = float(c.mean())
    bend, slope, level = np.polyfit((c - middle) / width, own / top, 2)
    misfit = float(np.abs(np.polyval((bend, slope, level), (c - middle) / width) - own / top).max())
    if misfit > 1e-7 + _loose(at) / top:
        return None
    if abs(bend) < 1e-9:
        root = middle - width * level / slope
        return 0.0, root, root
    square = slope**2 - 4 * bend * level
    if not square > 0:
        return None
    roots = sorted(middle + width * (-slope + side * np.sqrt(square)) / (2 * bend) for side in (-1, 1))
    return float(bend * top / width**2), float(roots[0]), float(roots[1])


def _factors(at: Looks) -> tuple[float, Floats] | str:
    """Three or more: one factor for each hypothesis, v_h v_k = |C_hk|, along which credit moves."""
    size = at.energies.shape[-1]
    off = ~np.eye(size, dtype=bool)
    signs = np.sign(at.coupling[:, off])
    if (signs != signs[0, 0]).any():
        return "raising one energy gives some of the others credit and takes it from the rest"
    sign = float(signs[0, 0])
    logs = np.zeros_like(at.coupling)
    logs[:, off] = np.log(np.abs(at.coupling[:, off]))
    sums = logs.sum(-1)
    logs_v = (sums - sums.sum(-1, keepdims=True) / (2 * size - 2)) / (size - 2)
    misfit = np.abs(logs - logs_v[:, :, None] - logs_v[:, None, :])[:, off]
    allowed = 1e-5 + 10 * at.coupling_error[:, None] / np.abs(at.coupling[:, off])
    if (misfit > allowed).any():
        return "the pairs do not share one factor each"
    v = np.exp(logs_v)
    steps_v, steps_c = v - v.mean(0), at.credit - at.credit.mean(0)
    length = float((steps_v**2).sum())
    if not length > 0:
        return "the weight of the coupling changes with the input"
    slope = float((steps_v * steps_c).sum()) / length
    if slope == 0 or np.abs(steps_c - slope * steps_v).max() > 1e-6 * float(at.top.max()) + _loose(at):
        return "the weight of the coupling changes with the input"
    return sign / slope**2, at.credit.mean(0) - slope * v.mean(0)


def _couples(tried: Looks, kappa: float, clamp: Floats) -> bool:
    """Whether C_hk = κ(c_h − q_h)(c_k − q_k) at all inputs."""
    smooth = tried[tried.smooth]
    above = smooth.credit - clamp
    off = ~np.eye(above.shape[-1], dtype=bool)
    apart = np.abs(smooth.coupling - kappa * above[:, :, None] * above[:, None, :])[:, off].max(-1)
    scale = abs(kappa) * np.maximum(1e-300, np.abs(above).max(-1)) ** 2
    slack = smooth.coupling_error + 2 * abs(kappa) * smooth.credit_error * smooth.top
    return bool((apart <= 1e-5 * scale + slack).all())


def _apart(at: Looks, tried: Looks) -> Identified:
    """Hypotheses that do not feel one another: each may be an EM of two, itself against an energy that never moves."""
    why = "no hypothesis feels another"
    alone = Identified(None, "apart", why)
    read = [_parabola(at, h) for h in range(at.energies.shape[-1])]
    parabolas = [parabola for parabola in read if parabola is not None]
    if len(parabolas) < len(read):
        return alone
    if all(kappa == 0 for kappa, _, _ in parabolas):
        found = _bare(at, parabolas)
    else:
        forms = [_of_two(at, h, parabola) for h, parabola in enumerate(parabolas)]
        found = Identified(None, "apart", f"{why}: each is an EM of two by itself, against a silent one",
                           apart=tuple(form for form in forms if form is not None))  # fmt: skip
        if len(found.apart) < len(forms):
            return alone
    smooth = tried[tried.smooth]
    shares = found.shares(smooth.energies)
    if shares is None:
        return alone
    weight = found.bare.weight if found.bare is not None else np.array([form.weight for form in found.apart])
    clamp = 0.0 if found.bare is not None else np.array([form.clamp[0] for form in found.apart])
    off = np.abs(smooth.credit - weight * shares - clamp).max(-1)
    return found if (off <= 1e-6 * np.maximum(1.0, smooth.top) + smooth.credit_error).all() else alone


def _of_two(at: Looks, h: int, parabola: tuple[float, float, float]) -> NormalForm | None:
    kappa, low, high = parabola
    if kappa == 0:
        return None
    weight = float(np.sign(kappa)) * (high - low)
    clamp = low if weight > 0 else high
    temperature = 1 / (kappa * weight)
    share = (at.credit[:, h] - clamp) / weight
    if temperature < 0 or not ((share > 0) & (share < 1)).all():
        return None
    silent = float(temperature * np.mean(np.log(share / (1 - share)) + at.energies[:, h] / temperature))
    return NormalForm(weight, temperature, (1.0,), (clamp if abs(clamp) > 1e-8 else 0.0,), silent, np.nan)


def _bare(at: Looks, lines: list[tuple[float, float, float]]) -> Identified:
    """C_hh = −c_h/τ with one τ for all."""
    why = "no hypothesis feels another"
    own = np.diagonal(at.coupling, axis1=1, axis2=2)
    rates = -(own / at.credit)
    rate = float(np.median(rates))
    top = float(at.top.max())
    if (
        rate < 0
        or max(abs(root) for _, root, _ in lines) > 1e-7 * top
        or np.ptp(rates) > 1e-6 * abs(rate) + _loose(at) / top
    ):
        return Identified(None, "apart", why)
    sizes = (at.credit * np.exp(at.energies * rate)).mean(0)
    return Identified(None, "apart", why, bare=Bare(float(sizes[0]), 1 / rate, tuple((sizes / sizes[0]).tolist())))
