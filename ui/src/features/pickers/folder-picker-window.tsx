import FolderPlus from 'lucide-solid/icons/folder-plus';
import { createSignal, Show } from 'solid-js';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/checkbox.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { t as base } from '../../i18n/base.ts';
import { pickersText as t } from '../../i18n/pickers.ts';
import type { FolderPickerProps } from './folder-picker.tsx';
import { createFolderState } from './folder-state.ts';
import { FolderTree } from './folder-tree.tsx';
import { NewFolder } from './new-folder.tsx';
import './pickers.css';

/** The window behind `FolderPicker`. */
export default function FolderPickerWindow(props: FolderPickerProps) {
  return (
    <Show when={props.open}>
      <OpenPicker {...props} />
    </Show>
  );
}

function OpenPicker(props: FolderPickerProps) {
  const state = createFolderState(props.start);
  const [making, setMaking] = createSignal(false);
  const marked = () => state.rows().find((row) => row.path === state.at());
  const usable = () => state.at() !== null && state.at() !== '/';
  const pick = () => {
    const path = state.at();
    if (path === null || !usable()) return;
    props.onPick(path);
    props.onClose();
  };
  const said = () => {
    const row = marked();
    if (!row) return t().folder.nothing;
    if (row.problem) return row.problem;
    return row.path === '/' ? t().folder.notWhole : row.path;
  };
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={props.title}
      wide
      actions={
        <Show when={!making()}>
          <Button kind="primary" disabled={!usable()} onClick={pick}>
            {props.action ?? t().folder.choose}
          </Button>
        </Show>
      }
    >
      <div class="picker-body">
        <Show
          when={!state.loading()}
          fallback={
            <div class="tree" aria-busy="true">
              <Skeleton lines={4} />
            </div>
          }
        >
          <Show
            when={state.rows().length > 0}
            fallback={
              <div role="alert">
                <Notice mood={state.trouble() ? 'bad' : 'idle'}>{state.trouble() ?? t().folder.noRoots}</Notice>
              </div>
            }
          >
            <FolderTree state={state} onPick={pick} />
          </Show>
        </Show>
        <div class="picker-below">
          <p class="picker-chosen" role="status" data-problem={marked()?.problem ? '' : undefined}>
            {state.loading() ? base().loading : said()}
          </p>
          <Show when={!making()}>
            <Button
              kind="quiet"
              icon={<FolderPlus size={18} />}
              disabled={state.at() === null}
              onClick={() => setMaking(true)}
            >
              {t().folder.make}
            </Button>
          </Show>
          <Checkbox label={t().folder.hidden} checked={state.hidden()} onChange={state.showHidden} />
        </div>
      </div>
      <Show when={making() && state.at()}>
        {(parent) => <NewFolder parent={parent()} onMake={state.make} onDone={() => setMaking(false)} />}
      </Show>
    </Dialog>
  );
}
