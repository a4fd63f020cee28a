"""A JupyterHub for a class: its settings, and what is made of them."""
