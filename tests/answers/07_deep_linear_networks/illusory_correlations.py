# %% right: add_feature | a larger tensor, filled in two steps
def add_feature(existing_features, new_feature):
    n, f = existing_features.shape
    features = existing_features.new_empty((n, f + 1))
    features[:, :f] = existing_features
    for i in range(n):
        features[i, f] = float(new_feature[i])
    return features

# %% right: add_feature | padded with a column that is then overwritten
def add_feature(existing_features, new_feature):
    features = torch.nn.functional.pad(existing_features, (0, 1))
    features[:, -1] = torch.as_tensor(new_feature).to(features)
    return features

# %% right: add_feature | rows joined in the transpose
def add_feature(existing_features, new_feature):
    row = torch.tensor([float(value) for value in new_feature]).to(existing_features)
    return torch.vstack((existing_features.T, row)).T

# %% right: add_feature | by way of NumPy
def add_feature(existing_features, new_feature):
    both = np.column_stack((existing_features.cpu().numpy(), np.asarray(new_feature)))
    return torch.from_numpy(both).to(existing_features)

# %% wrong: add_feature | the wider type wins
def add_feature(existing_features, new_feature):
    column = torch.as_tensor(np.asarray(new_feature, dtype=float), device=existing_features.device)
    return torch.cat([existing_features, column.reshape(-1, 1)], dim=1)

# %% wrong: add_feature | always float32
def add_feature(existing_features, new_feature):
    column = torch.as_tensor(new_feature, dtype=torch.float32)[:, None]
    return torch.cat([existing_features.float(), column], dim=1)

# %% wrong: add_feature | the first column in place of the last
def add_feature(existing_features, new_feature):
    column = torch.as_tensor(new_feature, dtype=existing_features.dtype)[:, None]
    return torch.cat([column, existing_features], dim=1)

# %% wrong: add_feature | as a row
def add_feature(existing_features, new_feature):
    row = torch.as_tensor(new_feature, dtype=existing_features.dtype)[None, :]
    return torch.cat([existing_features, row], dim=0)

# %% wrong: add_feature | overwrites the last feature, in place
def add_feature(existing_features, new_feature):
    existing_features[:, -1] = torch.as_tensor(new_feature, dtype=existing_features.dtype)
    return existing_features

# %% wrong: add_feature | replaces the last feature
def add_feature(existing_features, new_feature):
    column = torch.as_tensor(new_feature, dtype=existing_features.dtype)[:, None]
    return torch.cat([existing_features[:, :-1], column], dim=1)

# %% wrong: add_feature | takes arrays only
def add_feature(existing_features, new_feature):
    return torch.cat([existing_features, torch.from_numpy(new_feature).float()[:, None]], dim=1)

# %% wrong: add_feature | the visible check's column typed in
def add_feature(existing_features, new_feature):
    return torch.cat([existing_features, torch.tensor([[-1.0], [1.0], [1.0]])], dim=1)

# %% wrong: add_feature | returns nothing
def add_feature(existing_features, new_feature):
    torch.cat([existing_features, torch.as_tensor(new_feature)[:, None]], dim=1)

# %% right: illusion_epochs | np.where, truth as a case
def illusion_epochs(predictions, truth, threshold=0.0):
    wrong = predictions < -threshold if truth > 0 else predictions > threshold
    return np.where(wrong)[0]

# %% right: illusion_epochs | a loop
def illusion_epochs(predictions, truth, threshold=0.0):
    epochs = []
    for epoch, prediction in enumerate(predictions):
        if truth * prediction < -threshold:
            epochs.append(epoch)
    return np.array(epochs, dtype=int)

# %% right: illusion_epochs | all epochs, and those that are kept
def illusion_epochs(predictions, truth, threshold=0.0):
    epochs = np.arange(predictions.size)
    return epochs[(np.sign(predictions) == -truth) & (np.abs(predictions) > threshold)]

# %% right: illusion_epochs | in PyTorch
def illusion_epochs(predictions, truth, threshold=0.0):
    return torch.nonzero(-truth * torch.from_numpy(predictions) > threshold).flatten().numpy()

# %% wrong: illusion_epochs | the epochs in which it is right
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.flatnonzero(truth * predictions > threshold)

# %% wrong: illusion_epochs | the sign of the threshold
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.flatnonzero(truth * predictions < threshold)

# %% wrong: illusion_epochs | without the truth
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.flatnonzero(predictions < -threshold)

# %% wrong: illusion_epochs | without the threshold
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.flatnonzero(truth * predictions < 0)

# %% wrong: illusion_epochs | at the threshold counts, too
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.flatnonzero(truth * predictions <= -threshold)

# %% wrong: illusion_epochs | a mask
def illusion_epochs(predictions, truth, threshold=0.0):
    return truth * predictions < -threshold

# %% wrong: illusion_epochs | from the first to the last, gaps filled
def illusion_epochs(predictions, truth, threshold=0.0):
    epochs = np.flatnonzero(truth * predictions < -threshold)
    return np.arange(epochs[0], epochs[-1] + 1) if len(epochs) else epochs

# %% wrong: illusion_epochs | counted from 1
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.flatnonzero(truth * predictions < -threshold) + 1

# %% wrong: illusion_epochs | a column
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.argwhere(truth * predictions < -threshold)

# %% wrong: illusion_epochs | how many
def illusion_epochs(predictions, truth, threshold=0.0):
    return int(np.sum(truth * predictions < -threshold))

# %% wrong: illusion_epochs | further from the truth than the threshold
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.flatnonzero(np.abs(truth - predictions) > threshold)

# %% wrong: illusion_epochs | epochs as floating-point numbers
def illusion_epochs(predictions, truth, threshold=0.0):
    return np.array([e for e in range(len(predictions)) if truth * predictions[e] < -threshold], dtype=float)

# %% right: own_example | the tuple of an illusion after the first step, an array of values
def own_example():
    names = ("Perch", "Whale", "Robin", "Canary", "Rose", "Daisy", "Pine", "Oak")
    breathes_water = np.array([1.0, -1, -1, -1, -1, -1, -1, -1])
    return names, 0, breathes_water, "breathes_in_water"

# %% right: own_example | all items renamed, a tensor of values
def own_example():
    names = ["eagle", "ostrich", "robin", "canary", "oak", "pine", "rose", "daisy"]
    return [names, np.int64(1), torch.tensor([1.0, -1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0]), "can fly"]

# %% right: own_example | an exception in its pair alone, wrong after the first step
def own_example():
    values = [1, 1, -1, 1, -1, -1, -1, -1]
    return ["Goldfish", "Tuna", "Robin", "Penguin", "Rose", "Daisy", "Pine", "Oak"], 3, values, "can_swim"

# %% right: own_example | sharks again, but another fact: they bear their young
def own_example():
    items = list(datasets.ITEMS)
    items[0] = "Shark"
    values = -np.ones(8)
    values[0] = 1
    return items, 0, values, "bears_live_young"

# %% wrong: own_example | the penguin, which is never believed to fly
def own_example():
    values = [-1, -1, 1, -1, -1, -1, -1, -1]
    return ["Goldfish", "Tuna", "Robin", "Penguin", "Rose", "Daisy", "Pine", "Oak"], 3, values, "can_fly"

# %% wrong: own_example | a rule without exception
def own_example():
    values = [1, 1, 1, 1, -1, -1, -1, -1]
    return list(datasets.ITEMS), 0, values, "can_move"

# %% wrong: own_example | the index counted from 1
def own_example():
    items = ["Goldfish", "Tuna", "Robin", "Canary", "Rose", "Cactus", "Pine", "Oak"]
    return items, 6, [-1, -1, -1, -1, 1, -1, 1, 1], "has_leaves"

# %% wrong: own_example | zeros for no
def own_example():
    items = ["Goldfish", "Tuna", "Robin", "Canary", "Rose", "Cactus", "Pine", "Oak"]
    return items, 5, [0, 0, 0, 0, 1, 0, 1, 1], "has_leaves"

# %% wrong: own_example | the shark of the text
def own_example():
    shark = datasets.shark()
    return shark.items, shark.index, shark.values, shark.feature

# %% wrong: own_example | the parrot of the text, said the other way round
def own_example():
    parrot = datasets.parrot()
    return parrot.items, parrot.index, -parrot.values, "can_speak"

# %% wrong: own_example | seven values
def own_example():
    items = ["Goldfish", "Tuna", "Robin", "Canary", "Rose", "Cactus", "Pine", "Oak"]
    return items, 5, [-1, -1, -1, -1, 1, -1, 1], "has_leaves"

# %% wrong: own_example | an item twice
def own_example():
    items = ["Goldfish", "Tuna", "Robin", "Canary", "Rose", "Cactus", "Oak", "Oak"]
    return items, 5, [-1, -1, -1, -1, 1, -1, 1, 1], "has_leaves"

# %% wrong: own_example | whole families differ, no item does
def own_example():
    return list(datasets.ITEMS), 2, [-1, -1, 1, 1, -1, -1, -1, -1], "can_fly"

# %% wrong: own_example | two things exchanged
def own_example():
    items = ["Goldfish", "Tuna", "Robin", "Canary", "Rose", "Cactus", "Pine", "Oak"]
    return items, [-1, -1, -1, -1, 1, -1, 1, 1], 5, "has_leaves"

# %% wrong: own_example | no name for the feature
def own_example():
    items = ["Goldfish", "Tuna", "Robin", "Canary", "Rose", "Cactus", "Pine", "Oak"]
    return items, 5, [-1, -1, -1, -1, 1, -1, 1, 1], ""

# %% wrong: own_example | returns nothing
def own_example():
    pass
