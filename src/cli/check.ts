/** One line of `dynamight doctor`. The message says what is, and for anything but `ok` what to do. */
export interface Check {
  name: string;
  state: 'ok' | 'warning' | 'problem';
  message: string;
}
