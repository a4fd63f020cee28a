"""Figures: what is drawn is what the mechanism says, in both themes, and in words too."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import iemlib as iem
from iemlib.figures import (
    DARK,
    LIGHT,
    Line,
    Picture,
    Runs,
    Way,
    columns,
    curves,
    dots,
    sharing,
    side_by_side,
    surface,
    unit_square,
)
from iemlib.figures.picture import number
from iemlib.figures.square import LEFT, ROOM, SIDE

WHOLE = iem.implicit_em
STATE = [0.7, 1.5, 2.5, 3.7]
ALT = "What it shows."
BROKEN = {
    "hypotheses": WHOLE.without("hypotheses"),
    "energies": WHOLE.without("energies"),
    "exponentiation": WHOLE.without("exponentiation"),
    "power": WHOLE.without("exponentiation", using=iem.exponentiation.power(p=3.0)),
    "normalization": WHOLE.without("normalization"),
    "objective": WHOLE.without("objective"),
}
energies = st.lists(st.floats(0, 4), min_size=1, max_size=8)


def drawing(picture: Picture) -> list[ElementTree.Element]:
    """The SVG elements of a picture."""
    return list(ElementTree.fromstring(picture._repr_html_()))


def part(svg: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((element for element in svg.iter() if element.get("data-part") == name), None)


def box(svg: ElementTree.Element, name: str) -> tuple[float, float, float, float]:
    """Left, low, right, high of a part, in units of the square, measured from its lower left corner."""

    def corners(name: str) -> list[tuple[float, float]]:
        group = part(svg, name)
        assert group is not None, f"no {name} in the drawing"
        return [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", group[0].get("d", ""))]

    frame, shape = corners("frame"), corners(name)
    left, floor = min(x for x, _ in frame), max(y for _, y in frame)
    xs, ys = [(x - left) / SIDE for x, _ in shape], [(floor - y) / SIDE for _, y in shape]
    return min(xs), min(ys), max(xs), max(ys)


def words(svg: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in svg.iter() if element.tag.endswith("text")]


# ------------------------------------------------------------------ numbers


@given(energies)
@pytest.mark.parametrize("mechanism", [WHOLE, *BROKEN.values()])
def test_a_column_is_as_wide_as_its_score_and_its_area_is_its_credit(mechanism, energies):
    stand = columns(mechanism, energies)
    assert [c.score for c in stand] == list(mechanism.scores(energies))
    area = [c.score * c.height for c in stand]
    np.testing.assert_allclose(area, mechanism.credit(energies), rtol=1e-12, atol=1e-300)


@given(energies)
def test_implicit_em_is_a_whole_square(energies):
    stand = columns(WHOLE, energies)
    edge = 0.0
    for column in stand:
        assert column.left == pytest.approx(edge, abs=1e-12)
        assert column.height == pytest.approx(1, abs=1e-12)
        edge += column.score
    assert edge == pytest.approx(1, abs=1e-12)


@pytest.mark.claim("A3.2")
def test_a_straight_line_in_place_of_exp_makes_stairs_of_equal_area():
    stand = columns(BROKEN["exponentiation"], STATE)
    heights = [column.height for column in stand]
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]
    assert np.ptp([column.credit for column in stand]) < 1e-15


def test_what_stays_is_seen_to_stay_without_normalization():
    start = -np.log([0.5, 0.3, 0.2])
    stand = columns(BROKEN["normalization"], np.add(start, [1.2, 0, 0]), before=start)
    assert [column.left for column in stand] == pytest.approx([0, 0.5, 0.8])


@pytest.mark.parametrize("energies", [[], [[0.0, 1.0]], 1.0, [0.0] * 9])
def test_energies_that_are_not_one_row_of_one_to_eight_are_refused(energies):
    with pytest.raises(ValueError, match="one row of 1 to 8"):
        columns(WHOLE, energies)


# ------------------------------------------------------------------ the drawing


@pytest.mark.parametrize("name", ["whole", *BROKEN])
def test_the_drawn_columns_are_the_mechanisms_numbers(name):
    mechanism = {"whole": WHOLE, **BROKEN}[name]
    (svg,) = drawing(unit_square(mechanism, STATE, alt=ALT))
    for column in columns(mechanism, STATE):
        left, low, right, high = box(svg, f"column-{column.name}")
        assert left == pytest.approx(column.left, abs=1e-4)
        assert right - left == pytest.approx(column.score, abs=1e-4)
        assert low == pytest.approx(max(min(column.height, 0), -ROOM), abs=1e-4)
        assert high == pytest.approx(min(max(column.height, 0), 1 + ROOM), abs=1e-4)
        assert number(column.score) in words(svg)
        assert number(column.credit) in words(svg)
    total = mechanism.scores(STATE).sum(), mechanism.credit(STATE).sum()
    assert f"scores add to {number(total[0])}, credit to {number(total[1])}" in words(svg)


def test_the_unit_never_rescales():
    for mechanism in (WHOLE, *BROKEN.values()):
        (svg,) = drawing(unit_square(mechanism, STATE, alt=ALT))
        frame = part(svg, "frame")
        assert frame is not None
        corners = re.findall(r"[ML] (\S+) (\S+)", frame[0].get("d", ""))
        across, down = ({float(c[i]) for c in corners} for i in (0, 1))
        assert max(across) - min(across) == pytest.approx(SIDE)
        assert max(down) - min(down) == pytest.approx(SIDE)
        assert svg.get("viewBox", "").split()[2] == f"{LEFT + SIDE * (1 + ROOM):g}"


def test_solid_is_inside_and_coloured_hatch_only_outside():
    (svg,) = drawing(unit_square(WHOLE, STATE, alt=ALT))
    assert part(svg, "outside-A") is None
    (svg,) = drawing(unit_square(BROKEN["objective"], STATE, alt=ALT))
    assert box(svg, "inside-A")[3] == pytest.approx(1)
    assert box(svg, "outside-A")[3] > 1
    assert part(svg, "inside-D") is None
    assert box(svg, "outside-D")[1] < 0
    (svg,) = drawing(unit_square(BROKEN["normalization"], [0.1, 0.2], alt=ALT))
    assert box(svg, "inside-B")[2] == pytest.approx(1)
    assert box(svg, "outside-B")[2] == pytest.approx(1 + ROOM)


def test_what_the_room_cuts_off_has_a_torn_edge():
    def points(name: str, part_name: str) -> int:
        (svg,) = drawing(unit_square(BROKEN[name], STATE, alt=ALT))
        group = part(svg, part_name)
        assert group is not None
        return len(re.findall("[ML]", group[0].get("d", "")))

    assert points("exponentiation", "column-A") <= 6
    assert points("power", "column-A") > 8


def test_credit_without_a_score_has_a_mark_of_its_own():
    hard = WHOLE.without("normalization", using=iem.normalization.hard())
    blind = hard.without("objective", using=iem.objective.mean())
    assert math.isinf(columns(blind, STATE)[1].height)
    (svg,) = drawing(unit_square(blind, STATE, alt=ALT))
    assert part(svg, "credit-only-B") is not None
    assert part(svg, "column-B") is None


def test_where_there_is_no_value_it_says_so():
    (svg,) = drawing(unit_square(BROKEN["exponentiation"], [6.0, 7.0], alt=ALT))
    assert "no value" in words(svg)
    assert part(svg, "column-A") is None


@pytest.mark.parametrize("name", ["whole", "energies", "exponentiation", "power", "normalization", "objective"])
def test_a_seam_stands_on_its_mark_where_the_ratio_law_holds(name):
    mechanism = {"whole": WHOLE, **BROKEN}[name]
    (svg,) = drawing(unit_square(mechanism, STATE, alt=ALT))
    held = [part(svg, f"seam-held-{letter}") is not None for letter in "ABC"]
    assert all(held) == mechanism.measure(STATE).holds["ratio"]


def test_the_start_is_drawn_dashed():
    start = np.array(STATE)
    moved = unit_square(WHOLE, np.add(start, [1, 0, 0, 0]), alt=ALT, before=start)._repr_html_()
    still = unit_square(WHOLE, np.add(start, [1, 0, 0, 0]), alt=ALT)._repr_html_()
    assert moved.count("stroke-dasharray") == still.count("stroke-dasharray") + 3


def test_labels_stand_in_order_and_apart():
    (svg,) = drawing(unit_square(WHOLE, [0.0, 5.0, 5.1, 5.2, 5.3, 5.4, 5.5, 6.0], alt=ALT))
    places = [float(e.get("x", "nan")) for e in svg.iter() if e.tag.endswith("text") and (e.text or "") in "ABCDEFGH"]
    assert len(places) == 8
    assert np.all(np.diff(places) > 20)
    assert LEFT < min(places) < max(places) < LEFT + SIDE * (1 + ROOM)


# ------------------------------------------------------------------ curves


@settings(deadline=None, max_examples=20)
@given(st.floats(-3, 3), st.floats(-3, 3))
def test_a_curve_passes_through_its_values(start, stop):
    x = np.linspace(0, 1, 7)
    values = start + (stop - start) * x**2
    (svg,) = drawing(curves([Line("f", values, 0.5)], x, alt=ALT, across="x", up="y", between=(-4, 4)))
    group = part(svg, "line-f")
    assert group is not None
    drawn = np.array(re.findall(r"[ML] (\S+) (\S+)", group[0].get("d", "")), dtype=float)
    assert np.corrcoef(drawn[:, 0], x)[0, 1] == pytest.approx(1)
    height = (drawn[0, 1] - drawn[:, 1]) / (310 - 96) * 8
    np.testing.assert_allclose(height, values - values[0], atol=1e-4)


@pytest.mark.parametrize("gone", [9.0, -1.0, np.nan, np.inf])
def test_a_curve_is_cut_where_it_leaves_the_axis_or_has_no_value(gone):
    x = np.arange(5.0)
    line = Line("f", [0, 1, gone, 2, 1], 0.5)
    group = part(drawing(curves([line], x, alt=ALT, across="x", up="y", between=(0, 2)))[0], "line-f")
    assert group is not None
    assert re.findall("[ML]", group[0].get("d", "")) == ["M", "L", "M", "L"]


def test_a_curve_needs_a_value_for_every_place():
    with pytest.raises(ValueError, match=r"'f' has shape \(2,\) over places of shape \(3,\)"):
        curves([Line("f", [0, 1], 0.5)], [0, 1, 2], alt=ALT, across="x", up="y", between=(0, 1))


@pytest.mark.parametrize("shape", ["cross", "near", "flat and steep"])
def test_a_name_without_a_place_stands_where_no_line_and_no_other_name_is(shape):
    x = np.linspace(0, 8, 41)
    ways = {
        "cross": {"falling": 3 - 3 * x / 8, "rising": 3 * x / 8, "level": np.full(41, 1.5)},
        "near": {"one": 1 + np.sin(x) / 9, "two": 1.5 + np.sin(x) / 9, "three": 2 + np.sin(x) / 9},
        "flat and steep": {"none": np.zeros(41), "step": 3 / (1 + np.exp(12 - 3 * x)), "most": np.full(41, 2.9)},
    }[shape]
    lines = [Line(name, values) for name, values in ways.items()]
    (svg,) = drawing(curves(lines, x, alt=ALT, across="x", up="y", between=(0, 3)))
    places = np.concatenate(
        [
            np.linspace(way[:-1], way[1:], 9).reshape(-1, 2)
            for way in (
                np.array(re.findall(r"[ML] (\S+) (\S+)", part(svg, f"line-{name}")[0].get("d")), dtype=float)
                for name in ways
            )
        ]
    )
    boxes = {}
    for text in svg.iter():
        if text.text in ways:
            end, foot, wide = float(text.get("x")), float(text.get("y")), 7 * len(text.text)
            left = end - wide if "end" in text.get("style") else end
            boxes[text.text] = left, foot - 11, left + wide, foot + 1
    assert set(boxes) == set(ways)
    for name, (left, top, right, low) in boxes.items():
        assert not ((places > [left, top]) & (places < [right, low])).all(1).any(), name
        for other, box in boxes.items():
            apart = right < box[0] or box[2] < left or low < box[1] or box[3] < top
            assert other == name or apart, (name, other)


# ------------------------------------------------------------------ on a page, in both themes, in words


def pictures() -> list[Picture]:
    x = np.linspace(0, 6, 13)
    lines = [Line("f", x, 3.0, stroke=stroke) for stroke in ("thick", "thin", "dashed", "dotted")]
    both = curves(lines, x, alt=ALT, across="x", up="y", between=(0, 6), points=(STATE, STATE))
    squares = [unit_square(m, STATE, alt=f"{ALT} {name}") for name, m in BROKEN.items()]
    hill = surface(
        np.add.outer(x, x), (x, x), levels=[6], alt=ALT, across="x", up="y", ways=[Way("f", [[1, 1], [2, 2]])]
    )
    return [both, hill, unit_square(WHOLE, [1.0] * 8, alt=ALT, before=[0.5] * 8), *squares]


def test_every_figure_is_an_image_with_its_words():
    for picture in pictures():
        for svg in drawing(picture):
            assert svg.get("role") == "img"
            assert svg.get("aria-label") == picture.alt


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="say in words what the figure shows"):
        unit_square(WHOLE, STATE, alt=alt)


def test_every_colour_is_a_variable_of_the_book():
    for picture in pictures():
        page = picture._repr_html_()
        tokens = re.findall(r"var\(--iem-(\w+),(#\w{6})\)", page)
        assert {LIGHT[name] for name, _ in tokens} == {colour for _, colour in tokens}
        rest = re.sub(r"var\(--iem-\w+,#\w{6}\)|url\(#[\w-]+\)|href=\"#[\w-]+\"", "", page)
        assert not re.search(r"#[0-9a-fA-F]{3,6}\b|\brgb|black|white", rest)


def test_a_figure_leaves_the_page_around_it_alone():
    both = side_by_side(*pictures())
    page = both._repr_html_()
    assert "<style" not in page
    names = re.findall(r'\bid="([^"]+)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r"(?:url\(|href=\")#([\w-]+)", page)) <= set(names)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_both_themes_are_legible(palette):
    for text in ("ink", "ink2", *"ABCD"):  # a mark's letter is paper on its colour
        assert contrast(palette[text], palette["paper"]) >= 4.5, text
    assert contrast(palette["rule"], palette["paper"]) >= 3


def test_the_palettes_are_those_of_the_widgets():
    css = (Path(iem.__file__).parent / "widgets" / "static" / "tokens.css").read_text()

    def tokens(block: str) -> dict[str, str]:
        found = re.findall(r"--iem-(\w+): ?(#[0-9a-fA-F]{3,6})\b", block)
        return {k: (v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:])).upper() for k, v in found}

    light, dark = re.findall(r"--iem-paper[^{}]*", css)[:2]
    assert tokens(light) == {name: colour.upper() for name, colour in LIGHT.items()}
    assert tokens(dark) == {name: colour.upper() for name, colour in DARK.items()}


def test_where_only_images_are_shown_it_is_a_picture_of_the_same():
    picture = side_by_side(unit_square(WHOLE, STATE, alt=ALT), unit_square(BROKEN["objective"], STATE, alt=ALT))
    assert picture._repr_png_().startswith(b"\x89PNG")
    for panel in picture.panels:
        image = panel.image(sharpness=1)
        assert image.shape == (round(panel.height), round(panel.width), 3)
        blue = np.all(image == [0x2B, 0x69, 0xDE], axis=-1).mean()
        assert blue > 0.05


def test_the_same_figure_gives_the_same_page():
    one, two = (unit_square(BROKEN["power"], STATE, alt=ALT)._repr_html_() for _ in range(2))
    assert one == two


def test_numbers_have_two_decimals_and_a_true_minus():
    assert [number(v) for v in (0.125, -0.5, -0.0, math.nan)] == ["0.12", "−0.50", "0.00", "none"]


# ------------------------------------------------------------------ why the others answer

THREE = ["Falls out.", "Is shared.", "All."]


@given(st.lists(st.floats(0, 2), min_size=2, max_size=4))
@settings(max_examples=15)
def test_blocks_are_as_large_as_what_the_others_gain_and_their_numbers_say_it(energies):
    c, gains = WHOLE.credit(energies), WHOLE.coupling(energies)
    lost, one, every = drawing(sharing(energies, alt=THREE))
    for svg, columns_drawn in ((one, [0]), (every, range(len(energies)))):
        for k in columns_drawn:
            for h in range(len(energies)):
                left, low, right, high = box(svg, f"block-{'ABCD'[h]}-{'ABCD'[k]}")
                area = gains[h, k] if h != k else c[k] + gains[k, k]
                assert (right - left) * (high - low) == pytest.approx(area, abs=1e-4)
                assert number(area) in words(svg)
    left, _, right, high = box(lost, "sliver")
    assert right == pytest.approx(c[0], abs=1e-4) and left < right and high == pytest.approx(1, abs=1e-6)
    assert f"gone: ε × {number(c[0])}" in words(lost)


@pytest.mark.parametrize(
    ("energies", "alt", "complaint"),
    [([0.0], THREE, "2 to 4"), ([0.0] * 5, THREE, "2 to 4"), ([[0.0, 1.0]], THREE, r"shape \(1, 2\)"),
     ([0.0, 1.0], THREE[:2], "3 texts"), ([0.0, 1.0], "All", "3 texts"), ([0.0, 1.0], ["a", " ", "c"], "alt is empty")],
)  # fmt: skip
def test_sharing_says_what_it_cannot_draw(energies, alt, complaint):
    with pytest.raises(ValueError, match=complaint):
        sharing(energies, alt=alt)


# ------------------------------------------------------------------ a hill from above


def test_a_line_of_equal_height_is_where_the_height_is_and_a_way_where_it_went():
    x, y = np.linspace(-2, 2, 81), np.linspace(-1, 1, 41)
    way = Way("up", [[-2, -1], [0, -1], [0, 0]], stroke="dashed")
    shown = surface(-(x**2 + y[:, None] ** 2), (x, y), levels=[-0.25], alt=ALT, across="x", up="y", ways=[way])
    (svg,) = drawing(shown)
    walked = part(svg, "way-up")
    assert walked is not None
    corners = np.array(re.findall(r"[ML] (\S+) (\S+)", walked[0].get("d", "")), dtype=float)
    origin, wide, tall = corners[2], corners[1, 0] - corners[0, 0], corners[1, 1] - corners[2, 1]
    paths = (np.array(re.findall(r"[ML] (\S+) (\S+)", it.get("d", "")), dtype=float) for it in svg.iter())
    (ring,) = (path for path in paths if len(path) > 20)
    radius = np.hypot(2 * (ring[:, 0] - origin[0]) / wide, (ring[:, 1] - origin[1]) / tall)
    np.testing.assert_allclose(radius, 0.5, atol=2e-3)
    assert "up" in words(svg)
    assert len([it for it in svg.iter() if it.tag.endswith("use")]) == 3


def test_a_hill_needs_a_height_for_every_pair_and_a_way_two_numbers_a_step():
    x, y = np.arange(3.0), np.arange(2.0)
    with pytest.raises(ValueError, match=r"shape \(3, 2\): give one for each of 2 places up and 3 across"):
        surface(np.zeros((3, 2)), (x, y), levels=[0.5], alt=ALT, across="x", up="y")
    with pytest.raises(ValueError, match=r"'f' has shape \(2,\): give two numbers a step"):
        surface(np.zeros((2, 3)), (x, y), levels=[0.5], alt=ALT, across="x", up="y", ways=[Way("f", [0, 1])])


# ------------------------------------------------------------------ dots


def test_every_run_is_a_dot_at_its_place_and_a_report_a_bar_at_its():
    row = Runs("some units", [10.0, 30.0, 30.0], reported=20.0)
    (svg,) = drawing(dots([row, Runs("others", [40.0])], alt=ALT, across="epoch", between=(0, 40)))

    def place(name: str) -> float:
        group = part(svg, name)
        assert group is not None, f"no {name} in the drawing"
        xs = [float(x) for x in re.findall(r"[MLC] (\S+) \S+", group[0].get("d", ""))]
        return (min(xs) + max(xs)) / 2

    low, bar, *equal = (place(name) for name in ("run-0-0", "reported-0", "run-0-1", "run-0-2"))
    last = place("run-1-0")
    assert bar - low == pytest.approx((last - low) / 3, abs=0.01)
    assert equal == pytest.approx([low + 2 * (last - low) / 3] * 2, abs=0.01)
    assert part(svg, "reported-1") is None
    assert {"some units", "others", "epoch", "0", "40"} <= set(words(svg))


@pytest.mark.parametrize("row", [Runs("far", [1.0, 50.0]), Runs("far", [1.0], reported=50.0)])
def test_a_run_that_does_not_fit_is_told(row):
    with pytest.raises(ValueError, match="row 'far' has 50, which is not between 0 and 40"):
        dots([row], alt=ALT, across="epoch", between=(0, 40))
