/// What edges say about each other: mechanisms that are decomposed into several edges flip them together.
struct Correlations {
  let groups: Table<UInt32>
  let starts: Table<UInt32>
  let rules: Table<RuleRecord>
}
