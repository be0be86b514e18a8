"""The HTTP surface: a Bottle application made by ``app.build_app``."""
