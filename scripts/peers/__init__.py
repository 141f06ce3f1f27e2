"""What `scripts/bench_peers.py` is made of: rows, their workers, and where the peers live."""
