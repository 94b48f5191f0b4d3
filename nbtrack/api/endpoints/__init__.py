"""Endpoints: started, asked, changed, checked."""
