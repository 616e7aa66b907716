"""Draws times over row counts, both on logarithmic scales, as an SVG file."""

import math

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 80, 200, 40, 50
COLOURS = ("#1b6ca8", "#58a6d6", "#a83232", "#5a7d2a", "#b07a1e", "#7a4fa3")


def write(path, title, series):
    """`series`: name → [(rows, microseconds)]."""
    if len(series) > len(COLOURS):
        raise ValueError(f"{len(series)} series and {len(COLOURS)} colours to draw them in")
    rows = [x for points in series.values() for x, _ in points]
    times = [y for points in series.values() for _, y in points]
    x_from, x_to = math.log10(min(rows)), math.log10(max(rows))
    y_from, y_to = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))

    def x_of(value):
        return LEFT + (math.log10(value) - x_from) / max(x_to - x_from, 1e-9) * (WIDTH - LEFT - RIGHT)

    def y_of(value):
        return HEIGHT - BOTTOM - (math.log10(value) - y_from) / (y_to - y_from) * (HEIGHT - TOP - BOTTOM)

    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="15">{title}</text>',
    ]
    for power in range(y_from, y_to + 1):
        y = y_of(10 ** power)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#dddddd"/>')
        label = f"{10 ** power / 1000:g} ms" if power >= 3 else f"{10 ** power:g} µs"
        lines.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for value in sorted(set(rows)):
        x = x_of(value)
        lines.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#eeeeee"/>')
        lines.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{short(value)}</text>')
    lines.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">rows</text>')
    labels = [y_of(points[-1][1]) for points in series.values()]
    for (name, points), colour, y in zip(series.items(), COLOURS, apart(labels)):
        path_points = " ".join(f"{x_of(x):.1f},{y_of(value):.1f}" for x, value in points)
        lines.append(f'<polyline points="{path_points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, value in points:
            lines.append(f'<circle cx="{x_of(x):.1f}" cy="{y_of(value):.1f}" r="3" fill="{colour}"/>')
        lines.append(f'<text x="{WIDTH - RIGHT + 12}" y="{y + 4:.1f}" fill="{colour}">{name}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n</svg>\n", encoding="utf-8")


def short(count):
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if count >= size:
            return f"{count / size:g}{unit}"
    return str(count)


def apart(heights):
    """The heights, moved down where labels would overlap."""
    result = list(heights)
    order = sorted(range(len(heights)), key=heights.__getitem__)
    for above, below in zip(order, order[1:]):
        result[below] = max(result[below], result[above] + 16)
    return result
