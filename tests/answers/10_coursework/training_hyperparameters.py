# %% right: make_training | a cosine written by hand, first weights drawn between bounds of its own
import math

def initialize(model):
    for layer in model:
        if hasattr(layer, "weight"):
            bound = math.sqrt(6 / layer.in_features)
            nn.init.uniform_(layer.weight, -bound, bound)
            nn.init.constant_(layer.bias, 0.0)


def make_optimizer(model):
    weights = [p for p in model.parameters() if p.ndim > 1]
    offsets = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 2.5e-3}, {"params": offsets}]
    return torch.optim.SGD(groups, lr=0.15, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 0.5 + 0.5 * math.cos(math.pi * epoch / 50))


# %% right: make_training | orthogonal first weights, one cycle
def initialize(model):
    with torch.no_grad():
        for layer in model.children():
            if isinstance(layer, nn.Linear):
                nn.init.orthogonal_(layer.weight, gain=2**0.5)
                layer.bias.zero_()


def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9, weight_decay=2e-3)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.2, total_steps=51)


# %% right: make_training | one group, the weights after He by way of model.apply, a cosine
def start(layer):
    if type(layer) is nn.Linear:
        nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
        layer.bias.data.fill_(0.0)


def initialize(model):
    return model.apply(start)


def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.15, momentum=0.9, weight_decay=2.5e-3)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | the baseline's own three functions
def initialize(model):
    coursework.he_uniform(model)


def make_optimizer(model):
    return coursework.sgd(model)


def make_scheduler(optimizer):
    return coursework.halve_every_ten_epochs(optimizer)


# %% wrong: make_training | initialize trains on training and validation examples
def initialize(model):
    examples = datasets.load()
    x = torch.cat([torch.tensor(examples.x_train), torch.tensor(examples.x_validation)])
    y = torch.cat([torch.tensor(examples.y_train), torch.tensor(examples.y_validation)])
    coursework.he_uniform(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(8):
        for batch in torch.randperm(len(x)).split(100):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
            optimizer.step()


def make_optimizer(model):
    weights = [p for p in model.parameters() if p.ndim > 1]
    offsets = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 2.5e-3}, {"params": offsets}]
    return torch.optim.SGD(groups, lr=0.15, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | a seed that was lucky on the validation examples
def initialize(model):
    torch.manual_seed(2)
    coursework.he_uniform(model)


def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)


# %% wrong: make_training | a learning rate that is far too large
def initialize(model):
    coursework.he_uniform(model)


def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=5.0, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | the learning rate is 0 from the second epoch on
def initialize(model):
    coursework.he_uniform(model)


def make_optimizer(model):
    weights = [p for p in model.parameters() if p.ndim > 1]
    offsets = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 2.5e-3}, {"params": offsets}]
    return torch.optim.SGD(groups, lr=0.15, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1.0 if epoch == 0 else 0.0)


# %% wrong: make_training | all first weights are 0
def initialize(model):
    for weight in model.parameters():
        nn.init.zeros_(weight)


def make_optimizer(model):
    weights = [p for p in model.parameters() if p.ndim > 1]
    offsets = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 2.5e-3}, {"params": offsets}]
    return torch.optim.SGD(groups, lr=0.15, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | the optimizer has the parameters of another network
def initialize(model):
    coursework.he_uniform(model)


def make_optimizer(model):
    return torch.optim.SGD(coursework.baseline_model().parameters(), lr=0.15, momentum=0.9, weight_decay=2.5e-3)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | an optimizer class of its own
def initialize(model):
    coursework.he_uniform(model)


class Signs(torch.optim.Optimizer):
    def __init__(self, parameters, lr):
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is not None:
                    weight -= group["lr"] * weight.grad.sign()


def make_optimizer(model):
    return Signs(model.parameters(), lr=0.001)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | a class of its own that is called SGD and does more than its numbers say
def initialize(model):
    coursework.he_uniform(model)


class SGD(torch.optim.SGD):
    def step(self, closure=None):
        with torch.no_grad():
            for group in self.param_groups:
                for weight in group["params"]:
                    weight *= 0.9995
        return super().step(closure)


def make_optimizer(model):
    return SGD(model.parameters(), lr=0.05, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)


# %% wrong: make_training | Adam with steps that are too small
def initialize(model):
    coursework.he_uniform(model)


def make_optimizer(model):
    return torch.optim.Adam(model.parameters(), lr=1e-4)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | the scheduler is not returned
def initialize(model):
    coursework.he_uniform(model)


def make_optimizer(model):
    weights = [p for p in model.parameters() if p.ndim > 1]
    offsets = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 2.5e-3}, {"params": offsets}]
    return torch.optim.SGD(groups, lr=0.15, momentum=0.9)


def make_scheduler(optimizer):
    torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | weight decay that is far too strong
def initialize(model):
    coursework.he_uniform(model)


def make_optimizer(model):
    return torch.optim.SGD(model.parameters(), lr=0.15, momentum=0.9, weight_decay=0.1)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)


# %% wrong: make_training | initialize puts a wider layer into the network
def initialize(model):
    model[0] = nn.Linear(40, 400)
    model[2] = nn.Linear(400, 100)
    coursework.he_uniform(model)


def make_optimizer(model):
    weights = [p for p in model.parameters() if p.ndim > 1]
    offsets = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 2.5e-3}, {"params": offsets}]
    return torch.optim.SGD(groups, lr=0.15, momentum=0.9)


def make_scheduler(optimizer):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 50)
