import { Tabs as Kobalte } from '@kobalte/core/tabs';
import { For, type JSX } from 'solid-js';

export interface Tab<V extends string> {
  value: V;
  label: JSX.Element;
  content: () => JSX.Element;
}

/** Several views of one thing. Views with an address of their own are links instead (`SubNav`). */
export function Tabs<V extends string>(props: {
  label: string;
  tabs: readonly Tab<V>[];
  value: V;
  onChange: (value: V) => void;
}) {
  return (
    <Kobalte value={props.value} onChange={(value) => props.onChange(value as V)} class="tabs">
      <Kobalte.List class="tab-list" aria-label={props.label}>
        <For each={props.tabs}>
          {(tab) => (
            <Kobalte.Trigger class="tab" value={tab.value}>
              {tab.label}
            </Kobalte.Trigger>
          )}
        </For>
      </Kobalte.List>
      <For each={props.tabs}>
        {(tab) => (
          <Kobalte.Content class="tab-panel" value={tab.value}>
            {tab.content()}
          </Kobalte.Content>
        )}
      </For>
    </Kobalte>
  );
}
