"""What changes programmes, enrolments, exceptions and awards."""
