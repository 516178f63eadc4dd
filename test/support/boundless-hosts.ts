const unused = (): never => {
  throw new Error('without a limit, nobody asks for a place')
}

/** For worlds in which hosts take any number of calls at the same time. */
export const boundlessHosts = {
  hostParallelism: 0,
  hostRegister: { claim: unused, correct: unused, every: unused },
  hostPlaces: { take: unused, giveBack: unused },
}
