"""Why an alert is one: where the change sits, which known event it is like, what it costs an hour; alerts of one cause bear one name."""
