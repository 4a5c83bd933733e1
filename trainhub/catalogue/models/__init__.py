"""Courses and quizzes as versioned rows.

A *course* is one subject matter in the library whatever its language; an *edition* is the
course in one language; a *version* is one published text of an edition and never changes.
Text that is not yet published is the edition's *draft*. Quizzes are built the same way.
"""

from trainhub.catalogue.models.courses import (
    Course,
    CourseDraft,
    CourseEdition,
    CourseVersion,
    Lesson,
    Series,
)
from trainhub.catalogue.models.pictures import (
    CourseVersionPicture,
    Picture,
)
from trainhub.catalogue.models.quizzes import (
    CourseVersionQuiz,
    Item,
    Quiz,
    QuizDraft,
    QuizEdition,
    QuizVersion,
)
from trainhub.catalogue.models.search import (
    SearchEntry,
)

__all__ = [
    "Course",
    "CourseDraft",
    "CourseEdition",
    "CourseVersion",
    "CourseVersionPicture",
    "CourseVersionQuiz",
    "Item",
    "Lesson",
    "Picture",
    "Quiz",
    "QuizDraft",
    "QuizEdition",
    "QuizVersion",
    "SearchEntry",
    "Series",
]
