"""The book's exercises, judged: ``iem.exercises.check("exercise-luck", answer)``.

An exercise is named by its label, or by its chapter and its number there: ``normalization-1``. An answer is a number or
several, names (meters that break, the assumption that failed), a function, or a mechanism. Functions and mechanisms are
judged by the meters, and the reply to a wrong one is the smallest input that shows it. No reply holds the answer.
"""

from iemlib.exercises.checking import Verdict as Verdict
from iemlib.exercises.checking import asks as asks
from iemlib.exercises.checking import check as check
from iemlib.exercises.checking import hint as hint
from iemlib.exercises.checking import names as names

__all__ = ["Verdict", "asks", "check", "hint", "names"]
