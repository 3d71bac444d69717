import { For, type JSX } from 'solid-js';

export interface Column<T> {
  label: string;
  cell: (row: T) => JSX.Element;
  /** Numbers stand at the right, on a wide screen. */
  numeric?: boolean;
  /** On a phone the row is a card, and this its first line, without its label. */
  heading?: boolean;
}

/** Rows under headings; on a phone each row becomes a card with the headings as labels. */
export function DataTable<T>(props: { caption: string; columns: readonly Column<T>[]; rows: readonly T[] }) {
  return (
    <table class="table">
      <caption class="hidden">{props.caption}</caption>
      <thead>
        <tr>
          <For each={props.columns}>
            {(column) => (
              <th scope="col" data-numeric={column.numeric ? '' : undefined}>
                {column.label}
              </th>
            )}
          </For>
        </tr>
      </thead>
      <tbody>
        <For each={props.rows}>
          {(row) => (
            <tr>
              <For each={props.columns}>
                {(column) => (
                  <td
                    data-label={column.label}
                    data-numeric={column.numeric ? '' : undefined}
                    data-heading={column.heading ? '' : undefined}
                  >
                    {column.cell(row)}
                  </td>
                )}
              </For>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
