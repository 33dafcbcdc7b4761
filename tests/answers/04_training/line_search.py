# %% right: line_search | an array of points, sorted out with argmin
def line_search(loss, threshold=1e-4, max_iterations=50):
    points = np.array([0, 0.33, 0.66, 1.0])
    for _ in range(max_iterations):
        if points[2] - points[1] <= threshold:
            break
        losses = np.array([loss(float(p)) for p in points])
        if losses.argmin() == 0:
            points[1:] = points[1:] * 0.5
        elif losses[1] < losses[2]:
            points = np.linspace(points[0], points[2], 4)
        else:
            points = np.linspace(points[1], points[3], 4)
    return points[1:3].mean()

# %% right: line_search | remembers the losses of points it has seen
def line_search(loss, threshold=1e-4, max_iterations=50):
    seen = {}

    def height(phi):
        if phi not in seen:
            seen[phi] = loss(phi)
        return seen[phi]

    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    while max_iterations > 0 and abs(b - c) > threshold:
        max_iterations -= 1
        if height(a) < height(b) and height(a) < height(c) and height(a) < height(d):
            b, c, d = 0.5 * b, 0.5 * c, 0.5 * d
            continue
        if height(b) < height(c):
            d = c
        else:
            a = b
        b = (2 * a + d) / 3
        c = (a + 2 * d) / 3
    return 0.5 * (b + c)

# %% right: line_search | recursion
def line_search(loss, threshold=1e-4, max_iterations=50):
    def narrow(a, b, c, d, left):
        if left == 0 or c - b <= threshold:
            return (b + c) / 2
        la, lb, lc, ld = [loss(p) for p in (a, b, c, d)]
        if la == min(la, lb, lc, ld):
            return narrow(a, b / 2, c / 2, d / 2, left - 1)
        low, high = (a, c) if lb < lc else (b, d)
        third = (high - low) / 3
        return narrow(low, low + third, high - third, high, left - 1)

    return narrow(0.0, 0.33, 0.66, 1.0, max_iterations)

# %% right: line_search | tests the threshold at the end of each iteration
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < lb and la < lc and la < ld:
            b, c, d = b / 2, c / 2, d / 2
        else:
            if lb < lc:
                d = c
            else:
                a = b
            width = d - a
            b, c = a + width / 3, d - width / 3
        if abs(b - c) <= threshold:
            break
    return b + (c - b) / 2

# %% wrong: line_search | without rule 1
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= threshold:
            break
        if loss(b) < loss(c):
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | rules 2 and 3 swapped, so it climbs
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= threshold:
            break
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb > lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | rule 1 does not end the iteration
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= threshold:
            break
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
        if lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | rule 1 halves d alone
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= threshold:
            break
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            d = d / 2
        elif lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | rule 1 compares a with b alone
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= threshold:
            break
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < lb:
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | evaluates the loss again for every comparison
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= threshold:
            break
        if loss(a) < min(loss(b), loss(c), loss(d)):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if loss(b) < loss(c):
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | stops when a and d are close, not b and c
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(a - d) <= threshold:
            break
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | the threshold is written into the code
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= 1e-4:
            break
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | max_iterations is never used
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    while abs(b - c) > threshold:
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | one iteration too many
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    iteration = 0
    while abs(b - c) > threshold and iteration <= max_iterations:
        iteration += 1
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return (b + c) / 2

# %% wrong: line_search | c is two thirds of the way from the new b
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= threshold:
            break
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb < lc:
            d = c
        else:
            a = b
        b = a + (d - a) / 3
        c = b + 2 * (d - b) / 3
    return (b + c) / 2

# %% wrong: line_search | returns the loss instead of the parameter
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        if abs(b - c) <= threshold:
            break
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
    return loss((b + c) / 2)

# %% wrong: line_search | a grid instead of a bracket
def line_search(loss, threshold=1e-4, max_iterations=50):
    grid = np.linspace(0, 1, 10001)
    return grid[np.argmin([loss(p) for p in grid])]

# %% wrong: line_search | the answers of the visible check
def line_search(loss, threshold=1e-4, max_iterations=50):
    return {1: 0.33, 10: 0.3832312147538486}.get(max_iterations, 0.3803468935789816)

# %% wrong: line_search | returns nothing
def line_search(loss, threshold=1e-4, max_iterations=50):
    a, b, c, d = 0.0, 0.33, 0.66, 1.0
    for _ in range(max_iterations):
        la, lb, lc, ld = map(loss, (a, b, c, d))
        if la < min(lb, lc, ld):
            b, c, d = b / 2, c / 2, d / 2
            continue
        if lb < lc:
            d = c
        else:
            a = b
        b, c = a + (d - a) / 3, a + 2 * (d - a) / 3
