"""What writers fill in."""

from trainhub.catalogue.forms.texts import NewCourseForm, NewQuizForm, PublishForm, QuizHeadForm

__all__ = ["NewCourseForm", "NewQuizForm", "PublishForm", "QuizHeadForm"]
