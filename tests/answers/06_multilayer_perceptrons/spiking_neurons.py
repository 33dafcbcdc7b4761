# %% right: run_lif | tensors all the way, in 32-bit floats
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    time = torch.arange(round(T / dt)) * dt
    V = torch.zeros(len(time))
    t_rest = 0.0
    for i in range(1, len(time)):
        if time[i] > t_rest:
            V[i] = V[i - 1] + dt / Cm * (-V[i - 1] / Rm + I)
            if V[i] >= Vth:
                V[i] += V_spike
                t_rest = time[i] + tau_ref
    return time, V

# %% right: run_lif | lists of Python numbers, turned into tensors at the end
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    times, voltages, silent_until = [0.0], [0.0], 0.0
    while len(times) < round(T / dt):
        now = len(times) * dt
        times.append(now)
        if now <= silent_until:
            voltages.append(0.0)
            continue
        charge_current = I - voltages[-1] / Rm
        new = voltages[-1] + charge_current * dt / Cm
        if new >= Vth:
            new, silent_until = new + V_spike, now + tau_ref
        voltages.append(new)
    return torch.tensor(times), torch.tensor(voltages)

# %% right: run_lif | 64-bit floats, a factor of decay and a target
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = int(round(T / dt))
    time = torch.arange(steps, dtype=torch.float64) * dt
    voltage = torch.zeros(steps, dtype=torch.float64)
    keep, target, end = 1 - dt / (Rm * Cm), I * Rm, -1.0
    for k in range(1, steps):
        if time[k].item() > end:
            voltage[k] = target + keep * (voltage[k - 1] - target)
            if voltage[k] >= Vth:
                voltage[k] += V_spike
                end = time[k].item() + tau_ref
    return time, voltage

# %% wrong: run_lif | the leak has the wrong sign
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / Cm * (v / Rm + I)
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | no leak
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / Cm * I
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | the capacitance divides the leak only
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt * (-v / (Rm * Cm) + I)
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | the resistance divides the current, too
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / (Rm * Cm) * (-v + I)
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | the spike replaces the voltage
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / Cm * (-v / Rm + I)
            if v >= Vth:
                v, end = Vth + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | the refractory period ends a step early
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt >= end:
            v = v + dt / Cm * (-v / Rm + I)
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | the refractory period is counted in steps
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k > end:
            v = v + dt / Cm * (-v / Rm + I)
            if v >= Vth:
                v, end = v + V_spike, k + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | the voltage is held instead of 0
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / Cm * (-v / Rm + I)
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | the neuron rests at the beginning
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, tau_ref
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / Cm * (-v / Rm + I)
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | the threshold is always 1 V
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / Cm * (-v / Rm + I)
            if v >= 1:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return dt * torch.arange(steps), voltage

# %% wrong: run_lif | time in steps instead of ms
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / Cm * (-v / Rm + I)
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return torch.arange(steps), voltage

# %% wrong: run_lif | returns the voltage alone
def run_lif(I, T=50.0, dt=0.1, tau_ref=10.0, Rm=1.0, Cm=10.0, Vth=1.0, V_spike=0.5):
    steps = round(T / dt)
    voltage, v, end = torch.zeros(steps), 0.0, 0.0
    for k in range(1, steps):
        if k * dt > end:
            v = v + dt / Cm * (-v / Rm + I)
            if v >= Vth:
                v, end = v + V_spike, k * dt + tau_ref
        else:
            v = 0.0
        voltage[k] = v
    return voltage

# %% right: spike_count | a loop
def spike_count(voltage, Vth=1.0):
    count = 0
    for v in voltage.tolist():
        count += v > Vth
    return count

# %% right: spike_count | the places of the spikes
def spike_count(voltage, Vth=1.0):
    return len(torch.nonzero(voltage > Vth))

# %% right: spike_count | count_nonzero
def spike_count(voltage, Vth=1.0):
    return torch.count_nonzero(torch.gt(voltage, Vth)).item()

# %% wrong: spike_count | adds the voltages
def spike_count(voltage, Vth=1.0):
    return voltage[voltage > Vth].sum().item()

# %% wrong: spike_count | the threshold is always 1 V
def spike_count(voltage, Vth=1.0):
    return int((voltage > 1.0).sum())

# %% wrong: spike_count | below the threshold
def spike_count(voltage, Vth=1.0):
    return int((voltage < Vth).sum())

# %% wrong: spike_count | whether there is any
def spike_count(voltage, Vth=1.0):
    return int((voltage > Vth).any())

# %% wrong: spike_count | a mean
def spike_count(voltage, Vth=1.0):
    return (voltage > Vth).float().mean().item()

# %% wrong: spike_count | a threshold moved in place
def spike_count(voltage, Vth=1.0):
    voltage -= Vth
    return int((voltage > 0).sum())

# %% wrong: spike_count | the answer of the visible check
def spike_count(voltage, Vth=1.0):
    return 2

# %% wrong: spike_count | the place of the first spike
def spike_count(voltage, Vth=1.0):
    return int((voltage > Vth).int().argmax())

# %% right: transfer_function | fills a tensor
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    counts = torch.zeros(len(currents))
    for i, current in enumerate(currents):
        time, voltage = run_lif(current, T, dt, tau_ref, Rm)
        counts[i] = spike_count(voltage)
    return counts

# %% right: transfer_function | all currents at once, without run_lif
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    I = currents.double()
    v, end, counts = torch.zeros_like(I), torch.zeros_like(I), torch.zeros_like(I)
    for k in range(1, round(T / dt)):
        awake = k * dt > end
        v = torch.where(awake, v + dt / 10 * (I - v / Rm), 0.0)
        fires = v >= 1
        counts += fires
        end = torch.where(fires, k * dt + tau_ref, end)
        v = torch.where(fires, v + 0.5, v)
    return counts.long()

# %% right: transfer_function | the current by its name, map and stack
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    settings = dict(T=T, dt=dt, Rm=Rm, tau_ref=tau_ref)
    return torch.stack([torch.tensor(spike_count(run_lif(I=float(i), **settings)[1])) for i in currents])

# %% wrong: transfer_function | the default length and step of run_lif
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return torch.tensor([spike_count(run_lif(i, Rm=Rm, tau_ref=tau_ref)[1]) for i in currents.tolist()])

# %% wrong: transfer_function | resistance and refractory period in each other's place
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return torch.tensor([spike_count(run_lif(i, T, dt, Rm, tau_ref)[1]) for i in currents.tolist()])

# %% wrong: transfer_function | the resistance is not passed on
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return torch.tensor([spike_count(run_lif(i, T=T, dt=dt, tau_ref=tau_ref)[1]) for i in currents.tolist()])

# %% wrong: transfer_function | the refractory period is not passed on
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return torch.tensor([spike_count(run_lif(i, T=T, dt=dt, Rm=Rm)[1]) for i in currents.tolist()])

# %% wrong: transfer_function | a step of 1 ms, whatever dt is
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return torch.tensor([spike_count(run_lif(i, T=T, dt=1.0, Rm=Rm, tau_ref=tau_ref)[1]) for i in currents.tolist()])

# %% wrong: transfer_function | 1000 ms, whatever T is
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return torch.tensor(
        [spike_count(run_lif(i, T=1000.0, dt=dt, Rm=Rm, tau_ref=tau_ref)[1]) for i in currents.tolist()]
    )

# %% wrong: transfer_function | spikes a millisecond
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return torch.tensor(
        [spike_count(run_lif(i, T=T, dt=dt, Rm=Rm, tau_ref=tau_ref)[1]) / T for i in currents.tolist()]
    )

# %% wrong: transfer_function | counts in the time instead of the voltage
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return torch.tensor(
        [spike_count(run_lif(i, T=T, dt=dt, Rm=Rm, tau_ref=tau_ref)[0]) for i in currents.tolist()]
    )

# %% wrong: transfer_function | the total of all currents
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    return sum(spike_count(run_lif(i, T=T, dt=dt, Rm=Rm, tau_ref=tau_ref)[1]) for i in currents.tolist())

# %% wrong: transfer_function | sorts the currents
def transfer_function(currents, T=1000.0, dt=1.0, Rm=1.0, tau_ref=1.0):
    currents = currents.sort().values
    return torch.tensor([spike_count(run_lif(i, T=T, dt=dt, Rm=Rm, tau_ref=tau_ref)[1]) for i in currents.tolist()])
