/** One of several to choose from. */
export interface Choice<V extends string> {
  value: V;
  label: string;
  /** One line that explains it. */
  note?: string;
  disabled?: boolean;
}
