"""The marks that name claims: what a reader of a test file sees is what pytest collects, in every run of some files."""

import pytest

from iembook import claims

MARKS = claims.marks_by_claim()


def test_the_marks_in_a_test_file_are_those_that_pytest_collects(
    marked: dict[str, list[str]], request: pytest.FixtureRequest
):
    files = {item.nodeid.split("::")[0] for item in request.session.items}
    written = {(claim, test.file, test.name) for claim, tests in MARKS.items() for test in tests}
    collected = {
        (claim, node.split("::")[0], node.split("::")[-1].split("[")[0])
        for claim, ids in marked.items()
        for node in ids
    }
    # Marks are noted before -k leaves tests out: a file of which none is left is not compared.
    kept = {one for one in collected if one[1] in files and "/test_" in one[1]}
    assert {one for one in written if one[1] in files} == kept
