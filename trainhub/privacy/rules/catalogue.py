"""The tables of courses and quizzes."""

from __future__ import annotations

from trainhub.privacy.rules.declaring import Declaration, Impersonal

TABLES: tuple[Declaration, ...] = (
    Impersonal(
        table="course",
        title="Courses of the library",
        plain="id key series_id position minutes self_enrolment created_at retired_at",
    ),
    Impersonal(
        table="course_draft",
        title="Drafts of courses",
        plain="edition_id source revision base_version_id updated_at",
        others="updated_by_id",
    ),
    Impersonal(
        table="course_edition",
        title="Courses by language",
        plain="id course_id language slug owner synced_hash published_version_id",
        note="`owner` names who looks after a course, as its file says it.",
    ),
    Impersonal(
        table="course_version",
        title="Versions of courses",
        plain=(
            "id edition_id number source source_hash content_hash title summary "
            "minutes competencies objectives prerequisites review_by intro "
            "published_at note is_material"
        ),
        others="published_by_id",
    ),
    Impersonal(
        table="course_version_picture",
        title="Pictures in courses",
        plain="course_version_id name picture_id",
    ),
    Impersonal(
        table="course_version_quiz",
        title="Quizzes in courses",
        plain="course_version_id quiz_version_id quiz_key",
    ),
    Impersonal(
        table="item",
        title="Questions of quizzes",
        plain=(
            "id quiz_version_id position key kind points objective tags stem feedback "
            "level enemies content"
        ),
    ),
    Impersonal(
        table="lesson",
        title="Lessons",
        plain="id version_id position key title body minutes checkpoint_items",
    ),
    Impersonal(
        table="picture",
        title="Pictures",
        plain=("id series_id name sha256 media_type width height size is_current uploaded_at data"),
        others="uploaded_by_id",
    ),
    Impersonal(
        table="quiz",
        title="Quizzes",
        plain="id key",
    ),
    Impersonal(
        table="quiz_draft",
        title="Drafts of quizzes",
        plain="edition_id source revision base_version_id updated_at",
        others="updated_by_id",
    ),
    Impersonal(
        table="quiz_edition",
        title="Quizzes by language",
        plain="id quiz_id language synced_hash published_version_id",
    ),
    Impersonal(
        table="quiz_version",
        title="Versions of quizzes",
        plain=("id edition_id number source source_hash title pass_mark published_at note"),
        others="published_by_id",
    ),
    Impersonal(
        table="search_entry",
        title="Search words of courses",
        plain="id edition_id lesson_key title text terms",
    ),
    Impersonal(
        table="series",
        title="Series",
        plain=(
            "id key knowledge_line position title_zh title_en summary_zh summary_en "
            "source source_hash"
        ),
    ),
)
