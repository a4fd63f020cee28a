"""The teacher's edition: what a course needs beside the pages, made of the sources that the pages are made of.

Nothing here is typed twice. A question is a record of `iembook.questions`, a session one of `iembook.sessions`, a
picture is drawn by the engine that draws it on a page. These modules turn them into text: of a learning system (`gift`,
`qti`), of paper (`paper`), of a site without answers (`student`). `.ci/course.py` writes and prints them.
"""
