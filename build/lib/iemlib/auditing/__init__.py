"""Any objective, asked what it keeps of implicit EM: ``iem.audit``."""

from iemlib.auditing.derivatives import Finding as Finding
from iemlib.auditing.formula import Formula as Formula
from iemlib.auditing.formula import FormulaError as FormulaError
from iemlib.auditing.normal_form import NormalForm as NormalForm
from iemlib.auditing.objectives import audit as audit
from iemlib.auditing.report import Audit as Audit
from iemlib.auditing.report import BrokenError as BrokenError
from iemlib.auditing.witness import Witness as Witness

__all__ = ["Audit", "BrokenError", "Finding", "Formula", "FormulaError", "NormalForm", "Witness", "audit"]
