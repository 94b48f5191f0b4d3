"""What a real MLflow server and ours are asked alike: models, requests as data, and how to ask."""
