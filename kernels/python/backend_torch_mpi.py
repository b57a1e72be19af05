"""
torch-mpi: PyTorch with mpi4py, on a GPU where torch finds one. Where Heat is here the
product is its own, of arrays that are split by rows; --split 1 passes B around by MPI.
"""
import importlib.util

import scalestudy_kernel
import scalestudy_teams
import scalestudy_workloads


def load():
    global numpy, torch, scalestudy_arrays, heat
    import numpy
    import torch
    import scalestudy_arrays
    heat = None
    if importlib.util.find_spec("heat") is not None:
        import heat
    torch.set_num_threads(1)


def device_of(team):
    """Ranks of a node share its GPUs out."""
    if torch.cuda.is_available():
        return torch.device("cuda", team.local_rank % torch.cuda.device_count())
    return torch.device("cpu")


def wait_for(device):
    """A GPU works on after the call returns."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def matmul(team, options, shared):
    if options.value["--split"]:
        return split_matmul(team, options, shared)

    class Matmul(scalestudy_arrays.MatmulData):
        def __init__(self):
            super().__init__(team, options, shared)
            self.device = device_of(team)
            self.left = torch.from_numpy(self.a).to(self.device)
            self.right = torch.from_numpy(self.b).to(self.device)
            if heat is not None:
                place = "gpu" if self.device.type == "cuda" else "cpu"
                self.left = heat.array(self.left, is_split=0, device=place)
                self.right = heat.array(self.right, device=place)

        def run(self):
            self.product = self.left @ self.right
            wait_for(self.device)

        def settle(self):
            local = self.product if heat is None else self.product.larray
            self.settle_with(local.cpu().numpy())

    return Matmul()


matmul.options = (scalestudy_workloads.Matmul.split,)


def split_matmul(team, options, shared):
    """Each rank has its columns of B. In round r the ranks a and b with a + b = r, round and round,
    swap theirs, so that each has met each other once, and itself, after as many rounds as ranks."""
    class Matmul(scalestudy_arrays.MatmulData):
        def __init__(self):
            super().__init__(team, options, shared)
            self.device = device_of(team)
            self.left = torch.from_numpy(self.a).to(self.device)
            self.product = torch.full(self.a.shape, float("nan"), dtype=self.left.dtype,
                                      device=self.device)
            self.received = numpy.empty(self.n * self.widest(), self.type)

        def make_b(self):
            return self.part_of_b((0, self.n), (self.begin, self.end))

        def widest(self):
            return -(-self.n // team.size)

        def block_of(self, peer):
            """Columns of B, of this rank or of one that gets ours for them."""
            begin, end = team.part_of(peer, self.n)
            if peer == team.rank:
                return begin, end, self.b
            block = self.received[:self.n * (end - begin)]
            team.swap(peer, self.b.reshape(-1), block, self.n * self.widest())
            return begin, end, block.reshape(self.n, end - begin)

        def run(self):
            for turn in range(team.size):
                begin, end, block = self.block_of((turn - team.rank) % team.size)
                self.product[:, begin:end] = self.left @ torch.from_numpy(block).to(self.device)
            wait_for(self.device)

        def settle(self):
            self.settle_with(self.product.cpu().numpy())

    return Matmul()


def gradient(team, options, shared):
    """A linear model; every epoch a step with the local gradient, then parameters summed by
    all-reduce, each rank's weighted by its rows."""
    class Gradient(scalestudy_arrays.GradientData):
        def __init__(self):
            super().__init__(team, options, shared)
            self.device = device_of(team)
            self.rows = torch.from_numpy(self.x).to(self.device)
            self.target = torch.from_numpy(self.y)[:, None].to(self.device)
            self.parts = list(zip(*(whole.split(scalestudy_arrays.ROWS_TOGETHER)
                                    for whole in (self.rows, self.target))))
            self.model = torch.nn.Linear(self.columns, 1).to(self.device)
            with torch.no_grad():
                for parameter in self.model.parameters():
                    parameter.zero_()

        def average(self):
            with torch.no_grad():
                for parameter in self.model.parameters():
                    mine = (parameter * self.share).cpu().numpy()
                    self.team.sum_arrays(mine)
                    parameter.copy_(torch.from_numpy(mine))

        def run(self):
            optimizer = torch.optim.SGD(self.model.parameters(), lr=self.rate)
            for epoch in range(self.epochs):
                if self.team.rank == 0:
                    self.keep(epoch, *self.parameters())
                if self.share > 0:  # the mean over no rows is no number
                    optimizer.zero_grad()
                    for rows, target in self.parts:
                        loss = torch.nn.functional.mse_loss(self.model(rows), target)
                        (loss * (len(rows) / len(self.rows))).backward()
                    optimizer.step()
                if self.team.size > 1:
                    self.average()
            wait_for(self.device)

        def parameters(self):
            w, bias = (p.detach().cpu().numpy() for p in self.model.parameters())
            return w[0], bias[0]

        def settle(self):
            self.settle_with(*self.parameters())

    return Gradient()


scalestudy_kernel.main(scalestudy_kernel.Backend(
    "ranks", scalestudy_teams.Ranks, {"matmul": matmul, "gradient": gradient},
    needs=[("torch", "python3-torch"), ("numpy", "python3-numpy"), ("mpi4py", "python3-mpi4py")],
    load=load, runtime=("torch", "heat", "mpi4py")))
