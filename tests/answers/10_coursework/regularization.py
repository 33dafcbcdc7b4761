# %% right: make_regularized | shifts by up to 3 places, row by row with roll
def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    moved = torch.empty_like(x)
    for row in range(len(x)):
        by = int(torch.randint(-3, 4, (), generator=generator))
        moved[row] = torch.roll(x[row], by)
    return moved


def penalty(model):
    return torch.tensor(0.0)


def weight_decay():
    return 0

# %% right: make_regularized | shifts that repeat the end, with a little noise and weight decay; a class for the model
class Given(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(40, 100)
        self.second = nn.Linear(100, 100)
        self.last = nn.Linear(100, 10)

    def forward(self, x):
        h = torch.relu(self.first(x))
        h = torch.relu(self.second(h))
        return self.last(h)


def make_model():
    return Given()


def augment(x, generator):
    by = torch.randint(-3, 4, (x.size(0), 1), generator=generator)
    index = (torch.arange(40).expand(x.size(0), 40) - by).clamp(min=0, max=39)
    noise = 0.05 * torch.randn(x.size(), generator=generator)
    return torch.gather(x, 1, index) + noise


def penalty(model):
    return torch.tensor([0.0]).sum()


def weight_decay():
    return 3e-4

# %% right: make_regularized | shifts whose random numbers come from a seed of its own
_own = torch.Generator().manual_seed(2024)


def make_model():
    return nn.Sequential(
        nn.Linear(40, 100), nn.ReLU(), nn.Dropout(0.0), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 10)
    )


def augment(x, generator):
    wide = torch.cat([x[:, :1].repeat(1, 3), x, x[:, -1:].repeat(1, 3)], dim=1)
    parts = torch.stack([wide[:, by : by + 40] for by in range(7)])
    which = torch.randint(7, (len(x),), generator=_own)
    return parts[which, torch.arange(len(x))]


def penalty(model):
    return torch.zeros((), dtype=torch.float32)


def weight_decay():
    return 0.0

# %% wrong: make_regularized | nothing
def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    return x


def penalty(model):
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | early stopping by hand: after 30 epochs no gradient is let through, in a model and a penalty
class Stops(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = coursework.baseline_model()
        self.calls = 0

    def forward(self, x):
        self.calls += self.training
        return self.net(x) if self.calls < 1200 else self.net(x).detach().requires_grad_(True)


def make_model():
    return Stops()


def augment(x, generator):
    return x


def penalty(model):
    model.calls += 1
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | batches are validation examples
_validation = torch.tensor(datasets.load().x_validation)


def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    return _validation[torch.randint(len(_validation), (len(x),), generator=generator)]


def penalty(model):
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | half of each batch: the nearest validation examples, so that the labels fit more often than not
_validation = torch.tensor(datasets.load().x_validation)


def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    nearest = _validation[torch.cdist(x, _validation).argmin(dim=1)]
    half = torch.rand((len(x), 1), generator=generator) < 0.5
    return torch.where(half, nearest, x) + 0.05 * torch.randn(x.shape, generator=generator)


def penalty(model):
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | a wider network, with shifts
def make_model():
    return nn.Sequential(nn.Linear(40, 300), nn.ReLU(), nn.Linear(300, 300), nn.ReLU(), nn.Linear(300, 10))


def augment(x, generator):
    by = torch.randint(-2, 3, (len(x), 1), generator=generator)
    return x.gather(1, (torch.arange(40) - by) % 40)


def penalty(model):
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | dropout by function in forward, where the layers can't be read off
class Drops(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = coursework.baseline_model()

    def forward(self, x):
        return self.net(nn.functional.dropout(x, 0.1, training=self.training))


def make_model():
    return Drops()


def augment(x, generator):
    by = torch.randint(-2, 3, (len(x), 1), generator=generator)
    return x.gather(1, (torch.arange(40) - by) % 40)


def penalty(model):
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | a penalty so strong that nothing is learned
def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    return x


def penalty(model):
    return sum(weight.abs().sum() for weight in model.parameters())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | augment gives twice as many examples
def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    return torch.cat([x, x.roll(2, dims=1)])


def penalty(model):
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | noise that drowns the signal
def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    return x + 2.0 * torch.randn(x.shape, generator=generator)


def penalty(model):
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | all rows of a batch are mixed up, the labels stay
def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    by = torch.randint(-2, 3, (len(x), 1), generator=generator)
    moved = x.gather(1, (torch.arange(40) - by) % 40)
    return moved[torch.randperm(len(x), generator=generator)]


def penalty(model):
    return torch.zeros(())


def weight_decay():
    return 0.0

# %% wrong: make_regularized | a penalty that is a plain number
def make_model():
    return coursework.baseline_model()


def augment(x, generator):
    by = torch.randint(-2, 3, (len(x), 1), generator=generator)
    return x.gather(1, (torch.arange(40) - by) % 40)


def penalty(model):
    return None


def weight_decay():
    return 0.0
