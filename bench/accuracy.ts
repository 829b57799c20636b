// How far results are from the definition.

export async function accuracySection(): Promise<string> {
  return `## Accuracy

The tests hold every method to the bounds that the README states.
`;
}
