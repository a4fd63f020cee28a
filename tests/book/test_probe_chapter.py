"""The chapter on the probe: what its prose says of its cells is what they printed."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

PAGE = "practice/probe.html"


@pytest.fixture(scope="module")
def printed(pages: dict[str, BeautifulSoup]) -> list[str]:
    """What each cell printed."""
    return [" ".join(output.text.split()) for output in pages[PAGE].select(".cell_output")]


def the(printed: list[str], start: str) -> str:
    [found] = [text for text in printed if text.startswith(start)]
    return found


def test_the_head_is_clamped_and_its_credit_adds_up_to_zero(printed):
    head = the(printed, "head: logits of 10 hypotheses")
    assert "adds up to 0.00 in every row" in head
    assert "with weight −1 and a clamp of 1 on the label taken off, it is the scores" in head


def test_only_rows_of_shares_keep_sign_and_sum_below_the_site(printed):
    said = the(printed, "any matrix")
    at = {
        (name, site): [float(x) for x in numbers]
        for name, site, *numbers in re.findall(r"([a-z ]+?) site (\d): sums +(\S+) to +(\S+), least +(-?[\d.]+)", said)
    }
    assert len(at) == 6
    for (name, site), (low, high, least) in at.items():
        whole = low == high == 1
        assert whole == (site == "1" or name.strip() == "rows of shares")
        assert (least >= 0) == (site == "1" or name.strip() != "any matrix")


def test_the_ratio_of_the_gradients_passes_one_where_the_page_says(printed):
    rows = [[float(x) for x in re.findall(r"-?[\d.]+", line)] for line in re.findall(
        r"\d[\d.]* +[\d.]+ to +[\d.]+ +-?[\d.]+ +[\d.]+ +[\d.]+", the(printed, "λ CE's norm"))]  # fmt: skip
    assert [row[0] for row in rows] == [0.001, 0.01, 0.1, 1.0]
    assert rows[1][1] > 1 > rows[2][2]
    assert all(abs(row[3]) < 0.25 for row in rows)


def test_an_expert_that_is_not_called_gets_credit_from_a_softmax_over_all_alone(printed):
    over_all, kept = re.findall(r"uncalled: ([\d.]+) at most", the(printed, "softmax over all"))
    assert float(over_all) > 0 == float(kept)
    assert "dead: ()" not in the(printed, "softmax over all")


def test_attentions_credit_adds_up_to_zero(printed):
    said = the(printed, "attend: attention weights")
    assert "adds up to 0.00 in every row" in said and "computed once more from q and k" in said
