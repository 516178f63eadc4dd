/** How many examples a property is shown: as many as are usual for it, unless `PUNCTUAL_PROPERTY_RUNS` says otherwise. */
export const propertyRuns = (usual: number): number => Number(process.env.PUNCTUAL_PROPERTY_RUNS ?? usual)
