"""The parts of run: what a tree asks of charts, and how a rendering is judged."""
