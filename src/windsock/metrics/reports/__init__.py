"""Reports: a dashboard that is sent every day, week or month, as text, tables and pictures."""
