// Our server as a company runs it: auth, budget, breaker and retry are on; a bare model and an agent of one step.
