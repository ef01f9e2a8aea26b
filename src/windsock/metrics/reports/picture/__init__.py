"""Pictures for e-mail: a course over its expected range as PNG, drawn here, because mail programmes show neither SVG nor scripts."""
