# %% right: compose | in two steps
def compose(x, network_1, network_2):
    hidden = shallow(x, network_1)
    return shallow(hidden, network_2)

# %% right: compose | without the function of the notebook
def compose(x, network_1, network_2):
    for phi, theta in (network_1, network_2):
        units = np.maximum(0, theta[:, 0:1] + theta[:, 1:2] * x)
        x = phi[0] + phi[1:] @ units
    return x

# %% right: compose | one input after another
def compose(x, network_1, network_2):
    def network(value, phi, theta):
        return phi[0] + sum(phi[d + 1] * max(0.0, theta[d][0] + theta[d][1] * value) for d in range(3))

    return np.array([network(network(value, *network_1), *network_2) for value in x])

# %% wrong: compose | the other way round
def compose(x, network_1, network_2):
    return shallow(shallow(x, network_2), network_1)

# %% wrong: compose | both networks get x
def compose(x, network_1, network_2):
    return shallow(x, network_1) + shallow(x, network_2)

# %% wrong: compose | product instead of composition
def compose(x, network_1, network_2):
    return shallow(x, network_1) * shallow(x, network_2)

# %% wrong: compose | a ReLU between the networks
def compose(x, network_1, network_2):
    return shallow(np.maximum(0, shallow(x, network_1)), network_2)

# %% wrong: compose | the first network twice
def compose(x, network_1, network_2):
    return shallow(shallow(x, network_1), network_1)

# %% wrong: compose | only the second network
def compose(x, network_1, network_2):
    return shallow(x, network_2)

# %% wrong: compose | always the networks of the notebook
def compose(x, network_1, network_2):
    one, two = datasets.first_network(), datasets.second_network()
    return shallow(shallow(x, (one.phi, one.theta)), (two.phi, two.theta))

# %% wrong: compose | writes the hidden values over x
def compose(x, network_1, network_2):
    x[:] = shallow(x, network_1)
    return shallow(x, network_2)

# %% right: count_linear_regions | bends in a row count as one
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = (y[1:] - y[:-1]) / (x[1:] - x[:-1])
    bent = np.abs(slopes[1:] - slopes[:-1]) > tolerance
    groups = sum(1 for i in range(len(bent)) if bent[i] and (i == 0 or not bent[i - 1]))
    return 1 + groups

# %% right: count_linear_regions | runs of slopes, those of one slope alone left out
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    runs = []
    for slope in slopes:
        if runs and abs(slope - runs[-1][-1]) <= tolerance:
            runs[-1].append(slope)
        else:
            runs.append([slope])
    return sum(len(run) >= 2 for run in runs)

# %% right: count_linear_regions | walks along and starts anew after each joint
def count_linear_regions(x, y, tolerance=1e-6):
    def slope(i):
        return (y[i + 1] - y[i]) / (x[i + 1] - x[i])

    count, i, last = 0, 0, len(x) - 2
    while i < last:
        if abs(slope(i + 1) - slope(i)) > tolerance:
            i += 1
            continue
        count += 1
        while i < last and abs(slope(i + 1) - slope(i)) <= tolerance:
            i += 1
    return count

# %% wrong: count_linear_regions | every change of slope begins a region
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    return 1 + int(np.sum(np.abs(np.diff(slopes)) > tolerance))

# %% wrong: count_linear_regions | counts the joints
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    bent = np.abs(np.diff(slopes)) > tolerance
    return int(bent[0]) + int(np.sum(bent[1:] & ~bent[:-1]))

# %% wrong: count_linear_regions | different slopes, wherever they are
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    straight = np.abs(np.diff(slopes)) <= tolerance
    return len(np.unique(np.round(slopes[1:][straight], 5)))

# %% wrong: count_linear_regions | steps of y instead of slopes
def count_linear_regions(x, y, tolerance=1e-6):
    straight = np.abs(np.diff(np.diff(y))) <= tolerance
    return int(straight[0]) + int(np.sum(straight[1:] & ~straight[:-1]))

# %% wrong: count_linear_regions | exactly equal slopes only
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    straight = np.diff(slopes) == 0
    return int(straight[0]) + int(np.sum(straight[1:] & ~straight[:-1]))

# %% wrong: count_linear_regions | the tolerance is not used
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    straight = np.abs(np.diff(slopes)) <= 1e-6
    return int(straight[0]) + int(np.sum(straight[1:] & ~straight[:-1]))

# %% wrong: count_linear_regions | changes of direction only
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    signs = np.sign(slopes)
    return 1 + int(np.sum(signs[1:] != signs[:-1]))

# %% wrong: count_linear_regions | no absolute value, so falling slopes do not count
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    straight = np.diff(slopes) <= tolerance
    return int(straight[0]) + int(np.sum(straight[1:] & ~straight[:-1]))

# %% wrong: count_linear_regions | the first region is forgotten
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    straight = np.abs(np.diff(slopes)) <= tolerance
    return int(np.sum(straight[1:] & ~straight[:-1]))

# %% wrong: count_linear_regions | the number of straight samples
def count_linear_regions(x, y, tolerance=1e-6):
    slopes = np.diff(y) / np.diff(x)
    return int(np.sum(np.abs(np.diff(slopes)) <= tolerance))

# %% right: regions_after_copies | one copy at a time
def regions_after_copies(n):
    regions = 4
    for _ in range(n):
        regions *= 3
    return regions

# %% right: regions_after_copies | by recursion
def regions_after_copies(n):
    return 4 if n == 0 else 3 * regions_after_copies(n - 1)

# %% right: regions_after_copies | joints, and one more
def regions_after_copies(n):
    pieces = 3**n
    own_joints = pieces - 1
    return own_joints + 3 * pieces + 1

# %% wrong: regions_after_copies | adds instead of multiplying
def regions_after_copies(n):
    return 4 + 8 * n

# %% wrong: regions_after_copies | three and four swapped
def regions_after_copies(n):
    return 3 * 4**n

# %% wrong: regions_after_copies | one copy too many
def regions_after_copies(n):
    return 4 * 3 ** (n + 1)

# %% wrong: regions_after_copies | three times n
def regions_after_copies(n):
    return 4 * max(1, 3 * n)

# %% wrong: regions_after_copies | the number of joints
def regions_after_copies(n):
    return 4 * 3**n - 1

# %% wrong: regions_after_copies | a table of what the notebook prints
def regions_after_copies(n):
    return [4, 12, 36, 108][min(n, 3)]

# %% wrong: regions_after_copies | a power of four
def regions_after_copies(n):
    return 4 ** (n + 1)

# %% wrong: regions_after_copies | counted on samples, which are too few for many copies
def regions_after_copies(n):
    return count_linear_regions(dense, after_copies(dense, n))
