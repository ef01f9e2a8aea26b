"""Dashboards: panels on a grid that ask the metric library together, shipped by theme or made by people."""
