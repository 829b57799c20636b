// Makes errors name flags as the command line does, for tests of its functions.

import { nameFlagsInErrors } from '../../dist/core/errors.js';

nameFlagsInErrors();
