"""``python -m edge.run``: the station's command without an installed script."""

from edge.cli import main

if __name__ == "__main__":
    main()
