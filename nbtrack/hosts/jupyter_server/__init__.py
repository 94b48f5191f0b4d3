"""The part of JupyterLab's extension that runs in the Jupyter server."""
