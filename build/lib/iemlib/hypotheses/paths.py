"""Paths through a lattice: exponentially many hypotheses, and the recursions that go through all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from iemlib._arrays import Array, constant, floating, holds, namespace, quiet, same_kind, whole
from iemlib._kinds import Floats, Numbers, T, Tensor
from iemlib._rows import least, log_total, total

# More paths than this are not written out one by one.
MOST = 2**20


@overload
def path_energies(states: Numbers, edges: Numbers) -> Floats: ...
@overload
def path_energies(states: Tensor[T], edges: Tensor[Any]) -> T: ...
@quiet(over="ignore")
def path_energies(states: Array, edges: Array) -> Array:
    r"""The energy of every path through a lattice, each written out: for lattices that are small.

    .. math:: d_h = \sum_{t=1}^{T} u_t(h_t) + \sum_{t=1}^{T-1} w_t(h_t, h_{t+1}),
        \quad h \in \{1, \dots, K\}^T

    Parameters
    ----------
    states : array, shape (..., T, K)
        Energies u in nats of K states at T steps; +inf where a state is forbidden.
    edges : array, shape (..., T − 1, K, K), or (K, K) for all steps alike
        Energies w in nats of going from a state (next to last axis) to a state of the next step (last axis); +inf
        where that is forbidden.

    Returns
    -------
    array, shape (..., K ** T)
        Energies in nats of the paths, the last step changing first; +inf for those that use what is forbidden.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit, an energy is NaN or −∞, or there are more than a million paths.

    Examples
    --------
    >>> path_energies([[0.0, 1.0], [0.0, 2.0]], [[0.0, 4.0], [4.0, 0.0]])  # AA, AB, BA, BB
    array([0., 6., 5., 3.])

    References
    ----------
    Rabiner (1989), A tutorial on hidden Markov models and selected applications in speech recognition.
    """
    u, w = _lattice(states, edges)
    steps, count = u.shape[-2:]
    if count**steps > MOST:
        raise ValueError(
            f"{count} states at {steps} steps make {count}^{steps} paths, too many to be written out; "
            "path_log_sum_exp goes through all of them at once"
        )
    so_far = u[..., None, 0, :]  # the paths before, and the state that they end in
    for t in range(steps - 1):
        longer = so_far[..., None] + w[..., t, None, :, :] + u[..., t + 1, None, None, :]
        so_far = longer.reshape(*u.shape[:-2], count ** (t + 1), count)
    return so_far.reshape(*u.shape[:-2], count**steps)


@overload
def path_log_sum_exp(states: Numbers, edges: Numbers) -> Floats: ...
@overload
def path_log_sum_exp(states: Tensor[T], edges: Tensor[Any]) -> T: ...
@quiet(over="ignore", under="ignore")  # a gap beyond the floats has no weight
def path_log_sum_exp(states: Array, edges: Array) -> Array:
    r"""Log-sum-exp over all paths through a lattice, by the forward algorithm.

    .. math:: L = \log \sum_{h} e^{-d_h}, \quad
        \alpha_{t+1}(k) = -u_{t+1}(k) + \log \sum_j e^{\alpha_t(j) - w_t(j, k)}, \quad
        L = \log \sum_k e^{\alpha_T(k)}

    There are :math:`K^T` paths, and each of the :math:`(T - 1) K^2` edges is met once. Minus the gradient by the energy
    of an edge is that edge's posterior.

    Parameters
    ----------
    states : array, shape (..., T, K)
        Energies in nats of K states at T steps; +inf where a state is forbidden.
    edges : array, shape (..., T − 1, K, K), or (K, K) for all steps alike
        Energies in nats of going from a state to a state of the next step; +inf where that is forbidden.

    Returns
    -------
    array, shape (...)
        L in nats.

    Raises
    ------
    ValueError, TypeError
        If the shapes do not fit, an energy is NaN or −∞, or no path is left.

    Examples
    --------
    >>> import numpy as np
    >>> free = path_log_sum_exp(np.zeros((5, 3)), np.zeros((3, 3)))
    >>> float(np.exp(free).round(9))  # 3⁵ paths of energy 0
    243.0

    References
    ----------
    Rabiner (1989), A tutorial on hidden Markov models; Eisner (2016), Inside-outside and forward-backward algorithms
    are just backprop.
    """
    return _forward(*_lattice(states, edges))[-1]


@overload
def path_credit(states: Numbers, edges: Numbers) -> tuple[Floats, Floats]: ...
@overload
def path_credit(states: Tensor[T], edges: Tensor[Any]) -> tuple[T, T]: ...
@quiet(over="ignore", under="ignore")
def path_credit(states: Array, edges: Array) -> tuple[Array, Array]:
    r"""Credit of every state and edge of a lattice, by one backward pass through the forward algorithm.

    .. math:: c_t(j, k) = -\frac{\partial L}{\partial w_t(j, k)}
        = c_{t+1}(k)\,\frac{e^{\alpha_t(j) - w_t(j, k)}}{\sum_i e^{\alpha_t(i) - w_t(i, k)}}, \quad
        c_t(j) = \sum_k c_t(j, k)

    The chain rule, and nothing else: a product for each edge. It is what autograd does with
    :func:`path_log_sum_exp`, written out for arrays.

    Parameters
    ----------
    states : array, shape (..., T, K)
        Energies in nats of K states at T steps; +inf where a state is forbidden.
    edges : array, shape (..., T − 1, K, K), or (K, K) for all steps alike
        Energies in nats of going from a state to a state of the next step; +inf where that is forbidden.

    Returns
    -------
    tuple of arrays, shapes (..., T, K) and (..., T − 1, K, K)
        Credit of the states and of the edges. At every step each of the two sums to one.

    Raises
    ------
    ValueError, TypeError
        As :func:`path_log_sum_exp`.

    Examples
    --------
    >>> import numpy as np
    >>> of_states, of_edges = path_credit([[0.0, 0.0], [0.0, np.log(9)]], [[0.0, 0.0], [0.0, np.inf]])
    >>> of_states.round(3)  # three paths are left, of likelihoods 1, 1/9 and 1
    array([[0.526, 0.474],
           [0.947, 0.053]])

    References
    ----------
    Eisner (2016), Inside-outside and forward-backward algorithms are just backprop.
    """
    u, w = _lattice(states, edges)
    alphas, reached, value = _forward(u, w)
    xp = namespace(u)
    at = xp.exp(-alphas[-1] - value[..., None])
    of_states, of_edges = [at], []
    for t in reversed(range(u.shape[-2] - 1)):
        joined = alphas[t][..., :, None] + w[..., t, :, :]
        passed = at[..., None, :] * _shares(joined, reached[t])
        at = passed.sum(-1)
        of_states.append(at)
        of_edges.append(passed)
    return xp.stack(of_states[::-1], -2), _stacked(of_edges[::-1], w)


@overload
def path_posteriors(states: Numbers, edges: Numbers) -> tuple[Floats, Floats]: ...
@overload
def path_posteriors(states: Tensor[T], edges: Tensor[Any]) -> tuple[T, T]: ...
@quiet(over="ignore", under="ignore")
def path_posteriors(states: Array, edges: Array) -> tuple[Array, Array]:
    r"""Posterior of every state and edge of a lattice, by the forward–backward algorithm.

    .. math:: p_t(j, k) = \sum_{h:\ h_t = j,\ h_{t+1} = k} r_h
        = e^{\alpha_t(j) - w_t(j, k) - u_{t+1}(k) + \beta_{t+1}(k) - L}

    .. math:: \beta_t(j) = \log \sum_k e^{-w_t(j, k) - u_{t+1}(k) + \beta_{t+1}(k)}

    The share of all paths that pass there. A second recursion, from the end to the beginning, that nobody needs who
    has :func:`path_credit`: the two agree.

    Parameters
    ----------
    states : array, shape (..., T, K)
        Energies in nats of K states at T steps; +inf where a state is forbidden.
    edges : array, shape (..., T − 1, K, K), or (K, K) for all steps alike
        Energies in nats of going from a state to a state of the next step; +inf where that is forbidden.

    Returns
    -------
    tuple of arrays, shapes (..., T, K) and (..., T − 1, K, K)
        Posteriors of the states and of the edges. At every step each of the two sums to one.

    Raises
    ------
    ValueError, TypeError
        As :func:`path_log_sum_exp`.

    Examples
    --------
    >>> import numpy as np
    >>> path_posteriors([[0.0, 0.0], [0.0, np.log(9)]], [[0.0, 0.0], [0.0, np.inf]])[1].round(3)
    array([[[0.474, 0.053],
            [0.474, 0.   ]]])

    References
    ----------
    Rabiner (1989), A tutorial on hidden Markov models and selected applications in speech recognition.
    """
    u, w = _lattice(states, edges)
    alphas, _, value = _forward(u, w)
    xp = namespace(u)
    beta = xp.zeros_like(u[..., -1, :])  # energies, as the alphas: of all that may follow
    of_states, of_edges = [xp.exp(-alphas[-1] - value[..., None])], []
    for t in reversed(range(u.shape[-2] - 1)):
        onward = w[..., t, :, :] + (u[..., t + 1, :] + beta)[..., None, :]
        of_edges.append(xp.exp(-alphas[t][..., :, None] - onward - value[..., None, None]))
        beta = _joint(onward)
        of_states.append(xp.exp(-alphas[t] - beta - value[..., None]))
    return xp.stack(of_states[::-1], -2), _stacked(of_edges[::-1], w)


@overload
def ctc_lattice(energies: Numbers, labels: Sequence[int], blank: int = ...) -> tuple[Floats, Floats]: ...
@overload
def ctc_lattice(energies: Tensor[T], labels: Sequence[int], blank: int = ...) -> tuple[T, T]: ...
def ctc_lattice(energies: Array, labels: Sequence[int], blank: int = 0) -> tuple[Array, Array]:
    r"""The lattice whose paths are all ways to say some labels in T steps: connectionist temporal classification, CTC.

    .. math:: L = \log \sum_{h \to \ell} \prod_t p_t(h_t), \quad u_t(s) = -\log p_t(\ell'_s)

    Its states are the labels ℓ in their order, a blank before, between and after them: ℓ′. A path stays, goes on by
    one, or leaves a blank out between two labels that differ. It begins and ends with a blank or a label.

    Parameters
    ----------
    energies : array, shape (..., T, C)
        Energies in nats of C symbols at T steps: −log p.
    labels : sequence of int, from 0 to C − 1
        What is to be said, without blanks.
    blank : int
        The symbol that says nothing.

    Returns
    -------
    tuple of arrays, shapes (..., T, S) and (S, S), S = 2 · labels + 1
        Energies of states and edges, as :func:`path_log_sum_exp` takes them; +inf where CTC has no way.

    Raises
    ------
    ValueError, TypeError
        If a label or the blank is no symbol, or a label is the blank.

    Examples
    --------
    >>> import numpy as np
    >>> states, edges = ctc_lattice(np.log(2) * np.ones((3, 2)), [1])  # two symbols, three steps, each as likely
    >>> float(np.exp(path_log_sum_exp(states, edges)).round(6))  # of eight ways to fill the steps six say “1”
    0.75

    References
    ----------
    Graves, Fernández, Gomez and Schmidhuber (2006), Connectionist temporal classification.
    """
    d = floating(energies)
    if d.ndim < 2:
        raise ValueError(f"energies of CTC are (..., steps, symbols), got shape {tuple(d.shape)}")
    steps, symbols = d.shape[-2:]
    if not all(whole(symbol) and symbol < symbols for symbol in (blank, *labels)) or blank in labels:
        raise ValueError(
            f"labels are whole numbers from 0 to {symbols - 1}, and none is the blank, {blank!r}; got {list(labels)}"
        )
    said = [blank, *(symbol for label in labels for symbol in (int(label), blank))]
    size = len(said)
    outside = np.zeros((steps, size))
    outside[0, 2:] = np.inf
    outside[-1, :-2] = np.inf
    edges = np.full((size, size), np.inf)
    for j, k in np.ndindex(size, size):
        if k - j in (0, 1) or (k - j == 2 and said[k] not in (blank, said[j])):
            edges[j, k] = 0.0
    if namespace(d) is np:
        return d[..., said] + outside.astype(d.dtype), edges.astype(d.dtype)
    return d[..., said] + d.new_tensor(outside), d.new_tensor(edges)


def _lattice(states: Array, edges: Array) -> tuple[Array, Array]:
    """Energies of states (..., T, K) and edges (..., T − 1, K, K), after checking that they are a lattice's."""
    u, w = floating(states, "states"), floating(edges, "edges")
    same_kind(states=u, edges=w)
    rows = _rows_of(tuple(u.shape), tuple(w.shape), namespace(u))
    if rows is None:
        raise ValueError(
            f"states of shape {tuple(u.shape)} and edges of shape {tuple(w.shape)} are no lattice; "
            "give (..., T, K) and (..., T − 1, K, K), or (K, K) for all steps alike"
        )
    for energies, what in ((u, "states"), (w, "edges")):
        if not holds(energies > -np.inf):
            raise ValueError(f"energies of {what} hold NaN or -inf; only +inf is allowed: it forbids")
    xp = namespace(u)
    steps, count = u.shape[-2:]
    return xp.broadcast_to(u, (*rows, steps, count)), xp.broadcast_to(w, (*rows, steps - 1, count, count))


def _rows_of(states: tuple[int, ...], edges: tuple[int, ...], xp: Any) -> tuple[int, ...] | None:
    """What a lattice's states and edges have before their own axes, together; None for those of no lattice."""
    if len(states) < 2 or 0 in states[-2:] or len(edges) < 2 or edges[-2:] != (states[-1], states[-1]):
        return None
    if len(edges) > 2 and edges[-3] != states[-2] - 1:
        return None
    try:
        return tuple(xp.broadcast_shapes(states[:-2], edges[:-3]))
    except (ValueError, RuntimeError):
        return None


def _forward(u: Array, w: Array) -> tuple[list[Array], list[Array], Array]:
    """At each step, the joint energy −α of all that lead to each state; from the second on without its own; and L."""
    alphas, reached = [u[..., 0, :]], []
    for t in range(u.shape[-2] - 1):
        joined = alphas[-1][..., :, None] + w[..., t, :, :]
        reached.append(_joint(joined.swapaxes(-1, -2)))
        alphas.append(reached[-1] + u[..., t + 1, :])
    value = -_joint(alphas[-1])
    if not holds(value > -np.inf):
        raise ValueError("every path through the lattice is forbidden; leave at least one without an energy of +inf")
    return alphas, reached, value


def _joint(energies: Array) -> Array:
    """−log Σ exp(−d) along the last axis: +inf, and no derivative, where all are forbidden."""
    xp = namespace(energies)
    lowest = constant(least(energies))
    none = lowest == np.inf
    level = xp.where(none, xp.zeros_like(lowest), lowest)
    weights = xp.exp(level[..., None] - energies)
    sums = total(weights)
    value = level - log_total(weights, xp.where(none, xp.ones_like(sums), sums))
    return xp.where(none, xp.full_like(value, np.inf), value)


def _shares(energies: Array, joint: Array) -> Array:
    """exp(−d) over its sum along the next to last axis, whose energy is `joint`; zeros where all are forbidden."""
    xp = namespace(energies)
    level = xp.where(joint == np.inf, xp.zeros_like(joint), joint)
    return xp.exp(level[..., None, :] - energies)


def _stacked(arrays: list[Array], like: Array) -> Array:
    """The arrays, one for each step; of a single step, none."""
    return namespace(like).stack(arrays, -3) if arrays else namespace(like).zeros_like(like)
