import { DropdownMenu as Kobalte } from '@kobalte/core/dropdown-menu';
import { For } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { type MenuProps, menuFace } from './menu.tsx';

/** What `Menu` is once its button was pressed; it begins open. */
export default function MenuList(props: MenuProps) {
  return (
    <Kobalte gutter={6} placement="bottom-end" defaultOpen>
      <Kobalte.Trigger {...menuFace(props)} />
      <Kobalte.Portal>
        <Kobalte.Content class="menu">
          <For each={props.items}>
            {(item) => (
              <Kobalte.Item
                class="menu-item"
                data-kind={item.kind}
                disabled={item.disabled ?? false}
                onSelect={() => item.onSelect()}
              >
                <Dynamic component={() => item.icon} />
                {item.label}
              </Kobalte.Item>
            )}
          </For>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  );
}
