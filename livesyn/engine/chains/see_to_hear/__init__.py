"""Pictures become bars of music."""
