"""Personal data: declared, handed out, erased, forgotten."""
