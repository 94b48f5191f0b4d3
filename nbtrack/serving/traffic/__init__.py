"""Which variant answers a request, and when a canary is taken out; without NumPy."""

from nbtrack.serving.traffic.canary import judge, reason_to_stop
from nbtrack.serving.traffic.keys import key_of
from nbtrack.serving.traffic.routing import router_for

__all__ = ["judge", "key_of", "reason_to_stop", "router_for"]
