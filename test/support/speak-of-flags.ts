// Tests of what the command line uses expect errors that name its flags, as the command line does.

import { nameFlagsInErrors } from '../../dist/core/errors.js';

nameFlagsInErrors();
