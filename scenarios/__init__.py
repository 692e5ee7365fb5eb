"""Orchestration: reads scenarios, opens evidence, runs the chain, writes and reads results."""
