"""nbgrader's settings for a course; `hub/assignment.py` lays them into the course's folder."""

from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, DeduplicateIds, OverwriteCells, OverwriteKernelspec


class SplitCells(DeduplicateIds):
    """Grade a notebook in which a student has split a cell.

    JupyterLab gives both halves what nbgrader knows of the cell. nbgrader 0.9 empties it in all but the last, and then
    refuses the whole notebook, for what is empty has no version. Here it is taken away: the last half is the cell.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        """Take the mark from what bears that of a later cell."""
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.metadata.get("nbgrader") == {}:
            del cell.metadata["nbgrader"]
        return cell, resources


c = get_config()  # noqa: F821  # nbgrader gives it
c.CourseDirectory.course_id = "implicit-em"
c.ClearSolutions.code_stub = {"python": "# Your code, in as many cells as you like."}
c.Autograde.sanitize_preprocessors = [ClearOutput, SplitCells, OverwriteKernelspec, OverwriteCells, CheckCellMetadata]
c.Execute.timeout = 120
