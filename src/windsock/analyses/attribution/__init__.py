"""Attribution: which touches a conversion is credited to, by several models side by side that all add up to the same total."""
