// By name: `Dialog` and `AlertDialog` of the package are one and the same object, with the content of whichever came last.
import { Content, Overlay, Portal, Root } from '@kobalte/core/dialog';
import Search from 'lucide-solid/icons/search';
import { createEffect, createMemo, createSignal, createUniqueId, For, on, Show } from 'solid-js';
import { createFocusReturn } from '../components/focus-return.ts';
import { KeyHint } from '../components/key-hint.tsx';
import { t } from '../i18n/base.ts';
import { type Command, findCommands } from './commands.ts';

const mostShown = 50;

/** Everything by typing a few letters: pages, backups, appearance. A combobox whose list is always open. */
export default function Palette(props: { commands: readonly Command[]; onClose: () => void }) {
  const id = createUniqueId();
  const giveBack = createFocusReturn(() => true);
  const [typed, setTyped] = createSignal('');
  const [at, setAt] = createSignal(0);
  const found = createMemo(() => findCommands(props.commands, typed()).slice(0, mostShown));
  createEffect(on(typed, () => setAt(0), { defer: true }));
  const choose = (command: Command | undefined) => {
    if (!command) return;
    props.onClose();
    command.run();
  };
  const move = (by: number) => {
    const all = found().length;
    if (all === 0) return;
    setAt((at() + by + all) % all);
    document.getElementById(`${id}-${at()}`)?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const does = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => choose(found()[at()]) }[event.key];
    if (!does || event.isComposing) return;
    event.preventDefault();
    does();
  };
  return (
    <Root open onOpenChange={(open) => !open && props.onClose()}>
      <Portal>
        <Overlay class="overlay" />
        <div class="dialog-place" data-top="">
          <Content class="palette" aria-label={t().palette.title} onCloseAutoFocus={giveBack}>
            <div class="palette-input">
              <Search size={20} aria-hidden="true" />
              <input
                role="combobox"
                aria-label={t().palette.title}
                aria-expanded="true"
                aria-controls={`${id}-list`}
                aria-activedescendant={found().length > 0 ? `${id}-${at()}` : undefined}
                placeholder={t().palette.placeholder}
                autocomplete="off"
                spellcheck={false}
                value={typed()}
                onInput={(event) => setTyped(event.currentTarget.value)}
                onKeyDown={onKeyDown}
              />
            </div>
            <ul class="palette-list" id={`${id}-list`} role="listbox" aria-label={t().palette.title}>
              <For each={found()}>
                {(command, index) => (
                  <>
                    <Show when={command.group !== found()[index() - 1]?.group && typed() === ''}>
                      <li class="palette-group" role="presentation">
                        {command.group}
                      </li>
                    </Show>
                    <li
                      id={`${id}-${index()}`}
                      class="palette-item"
                      role="option"
                      aria-selected={index() === at()}
                      onPointerMove={() => setAt(index())}
                      onClick={() => choose(command)}
                    >
                      <span>{command.label}</span>
                      <Show when={command.keys}>{(keys) => <KeyHint keys={keys()} />}</Show>
                    </li>
                  </>
                )}
              </For>
            </ul>
            <p class="palette-nothing" role="status">
              {found().length === 0 ? t().palette.nothing : ''}
            </p>
          </Content>
        </div>
      </Portal>
    </Root>
  );
}
