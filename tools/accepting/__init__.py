"""The acceptance numbers: what is measured on this package, on bare httpx, and on the SDK that this package replaces.

`python -m accepting MEASURE SIDE SCALE` measures one thing on one side, in a process of its own, and prints JSON. The gates, which say
what the figures have to be, are in `gates`; the rules by which a fault's outcome is judged, the same for every side, in `judge`.
"""
